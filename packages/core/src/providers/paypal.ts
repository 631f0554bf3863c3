import { algorithms } from "#crypto";
import { PUBLIC_KEY_SCHEMES } from "../algorithms/algorithm.ts";
import { decodeUtf8, fromBase64, toBase64, utf8 } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { crc32 } from "./crc32.ts";
import { keyOf } from "./verify-with-key.ts";

const ALGORITHM = "rsa-sha256";

/**
 * PayPal.
 *
 * `PAYPAL-TRANSMISSION-SIG` is RSA with SHA-256, in base64, of the transmission's id and time, the webhook's id, and the **CRC-32** of the body.
 *
 * - **A CRC is no protection**: whoever has seen one delivery can write another body with the same. The body counts as unsigned. Where money
 *   follows from it, fetch the resource from the API.
 * - Secret: `paypalKeys({ webhookId })` of `@countersign/core/keys`, which fetches the certificate that a delivery names, from hosts of PayPal.
 * - Time: `PAYPAL-TRANSMISSION-TIME` is signed. Whether a retry renews it is not documented, so that it expires nothing unless
 *   `toleranceSeconds` is given.
 * - Deliveries of the webhooks simulator can't be verified: their webhook id is `WEBHOOK_ID`.
 * - Dedup: `unsigned-id`, the event's `id`.
 * - Retries: 25, over 3 days.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/rest/
 */
export const paypal: Provider = preset(
  {
    name: "paypal",
    docs: "https://developer.paypal.com/api/rest/webhooks/rest/",
    signature: {
      header: "PAYPAL-TRANSMISSION-SIG",
      covers: ["timestamp"],
      readSecret(secret) {
        const bytes = typeof secret === "string" ? utf8(secret) : secret.slice();
        if (/^[\w-]+\n\s*-----BEGIN /.test(decodeUtf8(bytes))) return bytes;
        throw configError(
          "paypal: the secret is not what paypalKeys({ webhookId }) makes: the webhook's id, a line end, and a certificate in PEM.",
        );
      },
      async verify({ body }, { secrets, header }) {
        const signature = fromBase64(header("PAYPAL-TRANSMISSION-SIG") ?? "");
        const id = header("PAYPAL-TRANSMISSION-ID") ?? "";
        const at = header("PAYPAL-TRANSMISSION-TIME") ?? "";
        // With a bar in one of them, the same bytes could be others.
        if (signature === undefined || `${id}${at}`.includes("|")) return false;
        for (const secret of secrets) {
          const [webhookId, pem] = partsOf(secret);
          const key = await keyOf("paypal", ALGORITHM, secret, pem);
          const content = utf8(`${id}|${at}|${webhookId}|${crc32(body)}`);
          if (await algorithms.verify(PUBLIC_KEY_SCHEMES[ALGORITHM], key, content, signature)) {
            return { secret };
          }
        }
        return false;
      },
      async sign({ headers, body }, { secrets: [secret = utf8("")] }) {
        const [webhookId, pem] = partsOf(secret);
        const key = await keyOf("paypal", ALGORITHM, secret, pem);
        const id = crypto.randomUUID();
        const at = (headers as Record<string, string>)["paypal-transmission-time"] ?? "";
        const content = utf8(`${id}|${at}|${webhookId}|${crc32(body)}`);
        const signature = await algorithms.sign(PUBLIC_KEY_SCHEMES[ALGORITHM], key, content);
        return {
          headers: {
            "paypal-transmission-id": id,
            "paypal-transmission-sig": toBase64(signature),
            "paypal-auth-algo": "SHA256withRSA",
          },
        };
      },
    },
    timestamp: { header: "PAYPAL-TRANSMISSION-TIME", unit: "iso8601", of: "event" },
    id: { body: "/id", unsigned: true },
    type: { body: "/event_type", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
    delivery: { retrySpanSeconds: 259_200 },
  },
  customVerify,
  isoTime,
);

/** The webhook's id, and the certificate or key behind it. */
function partsOf(secret: Uint8Array): readonly [webhookId: string, pem: string] {
  const text = decodeUtf8(secret);
  const end = text.indexOf("\n");
  return [text.slice(0, end), text.slice(end + 1).trim()];
}
