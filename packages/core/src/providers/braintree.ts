import { algorithms } from "#crypto";
import { equalInConstantTime } from "../algorithms/equal-secrets.ts";
import { decodeUtf8, fromBase64, toBase64, toHex, utf8 } from "../base/bytes.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { bodyFormat } from "../grammar/body-format.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Braintree.
 *
 * The form field `bt_signature` has HMAC-SHA1, in hex, of `bt_payload` under the SHA-1 of the private key. `event.body` is the XML that is in
 * the payload.
 *
 * - Secret: the private key of the API keys with which the webhook was created.
 * - The old handshake, a GET with `bt_challenge`, needs the public key: answer it in your own route, with Braintree's library.
 * - Types: `kind` in the XML, such as `subscription_charged_successfully`.
 * - Dedup: `content`. Each notification has its time in it.
 * - Retries: for 24 hours in production, and 3 in the sandbox. The endpoint has 30 seconds.
 *
 * @see https://developer.paypal.com/braintree/docs/guides/webhooks/parse
 */
export const braintree: Provider<Record<string, string>> = preset<Record<string, string>>(
  {
    name: "braintree",
    docs: "https://developer.paypal.com/braintree/docs/guides/webhooks/parse",
    signature: {
      covers: ["body"],
      async verify({ body }, { secrets }) {
        const form = new URLSearchParams(decodeUtf8(body));
        const payload = form.get("bt_payload") ?? "";
        const xml = fromBase64(payload.replaceAll(/[\r\n]/g, ""));
        if (xml === undefined || xml.length === 0) return false;
        // Pairs of a public key and a signature, parted by "&".
        const given = (form.get("bt_signature") ?? "")
          .split("&")
          .slice(0, MAX_SIGNATURES)
          .map((pair) => utf8(pair.slice(pair.indexOf("|") + 1)));
        for (const secret of secrets) {
          const expected = utf8(await signatureOf(secret, payload));
          for (const one of given) {
            if (await equalInConstantTime(expected, one)) return { secret, body: xml };
          }
        }
        return false;
      },
      async sign({ body }, { secrets: [secret = utf8("")] }) {
        const payload = toBase64(body);
        const signature = `public_key|${await signatureOf(secret, payload)}`;
        return {
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ bt_signature: signature, bt_payload: payload }).toString(),
        };
      },
    },
    body: { format: "text" },
    dedup: "content",
    delivery: { deadlineSeconds: 30, retrySpanSeconds: 86_400 },
  },
  customVerify,
  bodyFormat,
);

/** No delivery has more. */
const MAX_SIGNATURES = 16;

async function signatureOf(privateKey: Uint8Array, payload: string): Promise<string> {
  const key = new Uint8Array(await crypto.subtle.digest("SHA-1", privateKey.slice()));
  return toHex(await algorithms.hmac("sha1", key, utf8(payload)));
}
