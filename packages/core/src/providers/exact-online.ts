import { decodeUtf8 } from "../base/bytes.ts";
import { signedContent } from "../grammar/content-function.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { signaturePlace } from "../grammar/signature-place.ts";
import type { SignedDelivery } from "../scheme/definition.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body: what is signed, as it stands there, and nothing but the signature behind it. */
const BODY = /^\s*\{\s*"Content"\s*:\s*(.+?)\s*(?:,\s*"HashCode"\s*:\s*"[\dA-F]*"\s*)?\}\s*$/s;

/**
 * Exact Online.
 *
 * `HashCode` in the body is HMAC-SHA256, in upper-case hex, of the text of `Content`.
 *
 * - Secret: the webhook secret of the app.
 * - Types: `Content.Topic`, such as `Items`; what happened is in `Content.Action`.
 * - Dedup: `none`. A record that is changed twice sends the same content twice.
 *
 * @see https://support.exactonline.com/community/s/knowledge-base#All-All-DNO-Content-webhooksc
 */
export const exactOnline: Provider = preset(
  {
    name: "exact-online",
    docs: "https://support.exactonline.com/community/s/knowledge-base#All-All-DNO-Content-webhooksc",
    signature: {
      body: "/HashCode",
      encoding: "hex-upper",
      signedContent: textOfContent,
      covers: ["body"],
    },
    type: { body: "/Content/Topic" },
    dedup: "none",
  },
  signedContent,
  otherHmac,
  signaturePlace,
);

function textOfContent({ body }: SignedDelivery): string {
  const [, content] = BODY.exec(decodeUtf8(body)) ?? [];
  if (content === undefined) throw new TypeError("the body is no { Content, HashCode }");
  return content;
}
