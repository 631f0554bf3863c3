import { algorithms } from "#crypto";
import { PUBLIC_KEY_SCHEMES } from "../algorithms/algorithm.ts";
import { derFromRaw, rawFromDer } from "../algorithms/ecdsa-signature.ts";
import { fromBase64, textIfUtf8, toBase64, utf8 } from "../base/bytes.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { keyOf, readKey } from "./verify-with-key.ts";

const ALGORITHM = "ecdsa-p256-sha1";

/**
 * eBay, notifications.
 *
 * `X-EBAY-SIGNATURE` is JSON in base64 with the name of a key and an ECDSA signature of the body, with SHA-1, as DER in base64.
 *
 * - Secret: `ebayKeys({ token })` of `@countersign/core/keys`, or one public key in PEM.
 * - Registration: a GET with `challenge_code` wants the SHA-256 of it, your verification token and the endpoint's URL. Answer it in front of
 *   the receiver.
 * - Time: none is signed but `notification.eventDate`.
 * - Dedup: `id`, the `notification.notificationId`.
 *
 * @see https://developer.ebay.com/api-docs/commerce/notification/overview.html
 */
export const ebay: Provider = preset(
  {
    name: "ebay",
    docs: "https://developer.ebay.com/api-docs/commerce/notification/overview.html",
    signature: {
      header: "X-EBAY-SIGNATURE",
      covers: ["body"],
      readSecret: readKey("ebay", ALGORITHM),
      async verify({ body }, { secrets, header }) {
        const raw = signatureIn(header("X-EBAY-SIGNATURE") ?? "");
        if (raw === undefined) return false;
        for (const secret of secrets) {
          const key = await keyOf("ebay", ALGORITHM, secret);
          if (await algorithms.verify(PUBLIC_KEY_SCHEMES[ALGORITHM], key, body, raw)) {
            return { secret };
          }
        }
        return false;
      },
      async sign({ body }, { secrets: [secret = utf8("")] }) {
        const key = await keyOf("ebay", ALGORITHM, secret);
        const raw = await algorithms.sign(PUBLIC_KEY_SCHEMES[ALGORITHM], key, body);
        const signature = toBase64(derFromRaw(raw));
        const json = JSON.stringify({ alg: "ecdsa", kid: "test", signature, digest: "SHA1" });
        return { headers: { "x-ebay-signature": toBase64(utf8(json)) } };
      },
    },
    timestamp: { body: "/notification/eventDate", unit: "iso8601", of: "event" },
    id: { body: "/notification/notificationId" },
    type: { body: "/metadata/topic" },
    dedup: "id",
  },
  customVerify,
  isoTime,
);

/** The two numbers of the signature; undefined where it is written otherwise than eBay writes it. */
function signatureIn(header: string): Uint8Array | undefined {
  try {
    const json = textIfUtf8(fromBase64(header) ?? utf8("")) ?? "";
    const { signature } = JSON.parse(json) as { readonly signature?: unknown };
    const der = typeof signature === "string" ? fromBase64(signature) : undefined;
    return der && rawFromDer(der);
  } catch {
    return undefined;
  }
}
