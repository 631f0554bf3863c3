import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * ElevenLabs.
 *
 * `ElevenLabs-Signature` is `t=<seconds>,v0=<hex>` over `{t}.{body}`.
 *
 * - Secret: shown once when the webhook is created in the workspace's settings.
 * - Time: `t` is signed. ElevenLabs' libraries allow 30 minutes, and so does the preset.
 * - Dedup: `content`. The body carries `event_timestamp` and the id of the conversation, but none of the event.
 * - Retries: none unless they are switched on for the webhook; then over a span that is not documented. If a retry repeats `t` it verifies for 30 minutes.
 * - Bodies of `post_call_audio` hold the whole call in base64 and come chunked: raise `maxBodyBytes` for them.
 *
 * @see https://elevenlabs.io/docs/eleven-api/resources/webhooks
 */
export const elevenlabs: Provider = preset(
  {
    name: "elevenlabs",
    docs: "https://elevenlabs.io/docs/eleven-api/resources/webhooks",
    signature: {
      header: "ElevenLabs-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "v0" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "seconds", of: "attempt", toleranceSeconds: 1800 },
    type: { body: "/type" },
    dedup: "content",
  },
  pairs,
  template,
  time,
);
