import { requires } from "../grammar/requires.ts";
import { template } from "../grammar/template.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Box webhooks, version 2.
 *
 * `BOX-SIGNATURE-PRIMARY` and `BOX-SIGNATURE-SECONDARY` are base64 over body and timestamp, in this order, with nothing between them: one signature for
 * each of the app's two keys. Either is enough.
 *
 * - Secret: the primary and the secondary signature key from the developer console, as a list of two.
 * - Time: `BOX-DELIVERY-TIMESTAMP` is signed and made anew on each attempt. Box's libraries allow ten minutes.
 * - Dedup: `id`, the one in the signed body, which stays the same on a retry. The header `BOX-DELIVERY-ID` changes with each attempt, and is not signed.
 * - Type: `trigger`, such as `FILE.UPLOADED`.
 * - `BOX-SIGNATURE-VERSION` must be `1` and `BOX-SIGNATURE-ALGORITHM` `HmacSHA256`, as Box documents.
 * - Retries: up to 12 over 2 hours. The endpoint has 30 seconds.
 *
 * @see https://developer.box.com/guides/webhooks/v2/signatures-v2/
 */
export const box: Provider = preset(
  {
    name: "box",
    docs: "https://developer.box.com/guides/webhooks/v2/signatures-v2/",
    signature: {
      header: ["BOX-SIGNATURE-PRIMARY", "BOX-SIGNATURE-SECONDARY"],
      encoding: "base64",
      content: "{body}{timestamp}",
    },
    requires: [
      { header: "BOX-SIGNATURE-VERSION", value: "1" },
      { header: "BOX-SIGNATURE-ALGORITHM", value: "HmacSHA256" },
    ],
    timestamp: {
      header: "BOX-DELIVERY-TIMESTAMP",
      unit: "iso8601",
      of: "attempt",
      toleranceSeconds: 600,
    },
    id: { body: "/id" },
    type: { body: "/trigger" },
    dedup: "id",
    delivery: { deadlineSeconds: 30, retrySpanSeconds: 7200, idHeader: "BOX-DELIVERY-ID" },
  },
  requires,
  template,
  isoTime,
);
