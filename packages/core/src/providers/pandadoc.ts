import { signaturePlace } from "../grammar/signature-place.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * PandaDoc webhooks.
 *
 * The query parameter `signature` is HMAC-SHA256 of the body in hex.
 *
 * - Secret: the shared key of the webhook.
 * - Type: none in one place. One delivery is a list of events; go through `event.body`.
 * - Dedup: `content`.
 * - The endpoint has 20 seconds, and answers with 200.
 *
 * @see https://developers.pandadoc.com/docs/webhook-verification
 */
export const pandadoc: Provider = preset(
  {
    name: "pandadoc",
    docs: "https://developers.pandadoc.com/docs/webhook-verification",
    signature: { query: "signature", encoding: "hex" },
    dedup: "content",
    delivery: { deadlineSeconds: 20, successStatuses: [200] },
  },
  signaturePlace,
);
