import { list } from "../grammar/list.ts";
import { publicKey } from "../grammar/public-key.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Standard Webhooks with a public key, version `v1a` of its signatures. For those with a secret there is {@link standardWebhooks}.
 *
 * `webhook-signature` has Ed25519 signatures of `{id}.{timestamp}.{body}`, each as `v1a,` and base64, parted by spaces.
 *
 * - Secret: the public key, `whpk_…`. `sign()` takes the private one, `whsk_…`.
 * - Time: `webhook-timestamp` is signed; 300 s are allowed.
 * - Dedup: `id`, the message's.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooksAsymmetric: Provider = preset(
  {
    name: "standard-webhooks-asymmetric",
    docs: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    signature: {
      header: "webhook-signature",
      algorithm: "ed25519",
      encoding: "base64",
      prefix: "v1a,",
      list: " ",
      content: "{id}.{timestamp}.{body}",
    },
    timestamp: { header: "webhook-timestamp", unit: "seconds", of: "attempt" },
    id: { header: "webhook-id" },
    type: { body: "/type" },
    dedup: "id",
  },
  list,
  template,
  time,
  publicKey,
);
