import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Doppler.
 *
 * `X-Doppler-Signature` is `sha256=` and hex over the body as sent.
 *
 * - Secret: the text that you set on the webhook. Without one Doppler does not sign.
 * - Time: none is signed, and nothing guards against replay.
 * - Dedup: `none`. A body names the config that changed and not the change: two changes have the same body.
 * - Type: `config.secrets.update`; a payload of your own may lack it.
 * - Retries: Doppler sends once as a rule, without promising it.
 *
 * @see https://docs.doppler.com/docs/webhooks
 */
export const doppler: Provider = preset({
  name: "doppler",
  docs: "https://docs.doppler.com/docs/webhooks",
  signature: { header: "X-Doppler-Signature", encoding: "hex", prefix: "sha256=" },
  type: { body: "/type" },
  dedup: "none",
});
