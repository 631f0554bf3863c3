import { equalInConstantTime } from "../algorithms/equal-secrets.ts";
import { joined } from "../algorithms/joined.ts";
import { toHex, utf8 } from "../base/bytes.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Cloudinary notifications.
 *
 * `X-Cld-Signature` is the SHA-1, in hex, of the body, the time, and the secret behind them.
 *
 * - Secret: the account's API secret.
 * - Time: `X-Cld-Timestamp` is signed. Cloudinary's libraries allow 2 hours.
 * - Accounts that chose SHA-256 are told by the length of the signature.
 * - Dedup: `content`.
 *
 * @see https://cloudinary.com/documentation/notifications#verifying_notification_signatures
 */
export const cloudinary: Provider = preset(
  {
    name: "cloudinary",
    docs: "https://cloudinary.com/documentation/notifications#verifying_notification_signatures",
    signature: {
      header: "X-Cld-Signature",
      covers: ["body", "timestamp"],
      async verify({ body }, { secrets, header }) {
        const sentAt = header("X-Cld-Timestamp") ?? "";
        const given = header("X-Cld-Signature") ?? "";
        // With anything but digits, the same bytes could be another body and time.
        if (!/^\d{10}$/.test(sentAt)) return false;
        const hash = given.length === 64 ? "SHA-256" : "SHA-1";
        for (const secret of secrets) {
          const expected = utf8(await digestOf(hash, body, sentAt, secret));
          if (await equalInConstantTime(expected, utf8(given))) return { secret };
        }
        return false;
      },
      async sign({ headers, body }, { secrets: [secret = utf8("")] }) {
        const sentAt = (headers as Record<string, string>)["x-cld-timestamp"] ?? "";
        return { headers: { "x-cld-signature": await digestOf("SHA-1", body, sentAt, secret) } };
      },
    },
    timestamp: {
      header: "X-Cld-Timestamp",
      unit: "seconds",
      of: "attempt",
      toleranceSeconds: 7200,
    },
    type: { body: "/notification_type" },
    dedup: "content",
  },
  customVerify,
  time,
);

async function digestOf(
  hash: "SHA-1" | "SHA-256",
  body: Uint8Array,
  sentAt: string,
  secret: Uint8Array,
): Promise<string> {
  const content = joined([body, utf8(sentAt), secret]);
  return toHex(new Uint8Array(await crypto.subtle.digest(hash, content.slice())));
}
