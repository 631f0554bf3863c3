import { algorithms } from "#crypto";
import { equalInConstantTime } from "../algorithms/equal-secrets.ts";
import { joined } from "../algorithms/joined.ts";
import { toBase64, toHex, utf8 } from "../base/bytes.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Solidgate.
 *
 * `signature` is HMAC-SHA512, in hex and that in base64, of the public key, the body, and the public key again. `merchant` is the public key.
 *
 * - Secret: the webhook's secret key, `wh_sk_…`.
 * - Types: none in common; `solidgate-event-type` is not signed.
 * - Dedup: `content`.
 *
 * @see https://docs.solidgate.com/payments/integrate/access-to-api/
 */
export const solidgate: Provider = preset(
  {
    name: "solidgate",
    docs: "https://docs.solidgate.com/payments/integrate/access-to-api/",
    signature: {
      header: "signature",
      covers: ["body"],
      async verify({ body }, { secrets, header }) {
        const merchant = header("merchant") ?? "";
        const given = utf8(header("signature") ?? "");
        // With a bracket in it, the same bytes could be another body.
        if (!/^\w+$/.test(merchant)) return false;
        for (const secret of secrets) {
          const expected = utf8(await signatureOf(secret, merchant, body));
          if (await equalInConstantTime(expected, given)) return { secret };
        }
        return false;
      },
      async sign({ body }, { secrets: [secret = utf8("")] }) {
        const merchant = "wh_pk_test";
        return { headers: { merchant, signature: await signatureOf(secret, merchant, body) } };
      },
    },
    dedup: "content",
  },
  customVerify,
);

async function signatureOf(
  secret: Uint8Array,
  merchant: string,
  body: Uint8Array,
): Promise<string> {
  const content = joined([utf8(merchant), body, utf8(merchant)]);
  return toBase64(utf8(toHex(await algorithms.hmac("sha512", secret, content))));
}
