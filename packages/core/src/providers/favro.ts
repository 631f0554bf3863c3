import { decodeUtf8 } from "../base/bytes.ts";
import { signedContent } from "../grammar/content-function.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import type { SignedDelivery } from "../scheme/definition.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Favro.
 *
 * `X-Favro-Webhook` is HMAC-SHA1 in base64 of the body's `payloadId`, and the URL behind it. **Nothing else of the body is signed.**
 *
 * - URL: exactly as it was given when the webhook was created. Behind a proxy give `publicUrl`.
 * - Secret: that of the webhook.
 * - Dedup: `id`, the `payloadId`.
 *
 * @see https://favro.com/developer/#webhook-signatures
 */
export const favro: Provider = preset(
  {
    name: "favro",
    docs: "https://favro.com/developer/#webhook-signatures",
    signature: {
      header: "X-Favro-Webhook",
      algorithm: "sha1",
      encoding: "base64",
      signedContent: idAndUrl,
      covers: ["/payloadId"],
    },
    id: { body: "/payloadId" },
    type: { body: "/action", unsigned: true },
    body: { unsigned: true },
    dedup: "id",
  },
  signedContent,
  otherHmac,
);

function idAndUrl({ body, url }: SignedDelivery): string {
  const { payloadId } = JSON.parse(decodeUtf8(body)) as { readonly payloadId?: unknown };
  if (typeof payloadId !== "string" || url === undefined) {
    throw new TypeError("the delivery has no payloadId or no url");
  }
  return payloadId + url;
}
