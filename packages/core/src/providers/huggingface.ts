import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Hugging Face webhooks with a secret.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Type: `event.body.event` has `action` and `scope`.
 * - Dedup: `none`. Two changes of one thing may have the same body.
 *
 * @see https://huggingface.co/docs/hub/webhooks
 */
export const huggingFace: Provider = preset(
  {
    name: "huggingface",
    docs: "https://huggingface.co/docs/hub/webhooks",
    signature: { header: "X-Webhook-Secret", algorithm: "token" },
    body: { unsigned: true },
    dedup: "none",
  },
  token,
);
