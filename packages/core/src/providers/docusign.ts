import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Docusign Connect, JSON messages.
 *
 * `X-DocuSign-Signature-1` and so on are base64 over the body as sent, one for each HMAC key of the account. Any of them is enough; the first five are read.
 *
 * - Secret: the Connect HMAC key, or several as a list. It looks like base64 and is used as the text that it is.
 * - Time: `generatedDateTime` in the signed body is the event's.
 * - Dedup: `content`. There is no id of the event; bodies carry `generatedDateTime`. They also carry `retryCount`, so that a retry may count as new: where that
 *   hurts, go by `event`, `data.envelopeId` and `generatedDateTime` in your handler.
 * - For legacy XML messages add `body: { format: "text" }` and take `timestamp` and `type` away.
 * - Retries: failed messages are sent again with growing pauses, over a span that depends on the account's configuration.
 * - Messages with documents in them are large: raise `maxBodyBytes`.
 *
 * @see https://developers.docusign.com/platform/webhooks/connect/hmac/
 */
export const docusign: Provider = preset(
  {
    name: "docusign",
    docs: "https://developers.docusign.com/platform/webhooks/connect/hmac/",
    signature: {
      header: [
        "X-DocuSign-Signature-1",
        "X-DocuSign-Signature-2",
        "X-DocuSign-Signature-3",
        "X-DocuSign-Signature-4",
        "X-DocuSign-Signature-5",
      ],
      encoding: "base64",
    },
    timestamp: { body: "/generatedDateTime", unit: "iso8601", of: "event" },
    type: { body: "/event" },
    dedup: "content",
  },
  isoTime,
);
