import { publicKey } from "../grammar/public-key.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Discord interactions and webhook events.
 *
 * `X-Signature-Ed25519` is an Ed25519 signature, in hex, of timestamp and body with nothing between them.
 *
 * - Secret: the application's public key, in hex, from its page in the developer portal.
 * - Time: `X-Signature-Timestamp` is signed, in seconds. Discord names no tolerance; 300 s are allowed.
 * - A ping (`type` 1 of interactions) is an event like any other: answer it with `{ "type": 1 }`, and a ping of webhook events (`type` 0) with 204. Discord sends
 *   forged ones, too, when the URL is saved, and wants 401 for them.
 * - Dedup: `id-or-content`. Interactions have an `id`; webhook events have none.
 * - The endpoint has 3 seconds.
 *
 * @see https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint
 */
export const discord: Provider = preset(
  {
    name: "discord",
    docs: "https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint",
    signature: {
      header: "X-Signature-Ed25519",
      algorithm: "ed25519",
      encoding: "hex",
      content: "{timestamp}{body}",
    },
    timestamp: { header: "X-Signature-Timestamp", unit: "seconds", of: "attempt" },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "id-or-content",
    delivery: { deadlineSeconds: 3 },
  },
  template,
  time,
  publicKey,
);
