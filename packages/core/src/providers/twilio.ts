import { bodyFormat } from "../grammar/body-format.ts";
import { signedContent } from "../grammar/content-function.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { urlAndSortedForm } from "./url-and-sorted-form.ts";

/** The fields of a delivery, such as `MessageSid`, `From` and `Body`. */
export interface TwilioFields {
  readonly [field: string]: string;
}

/** Every delivery is a form. */
export interface TwilioEvents {
  [type: string]: TwilioFields;
}

/**
 * Twilio: messaging, voice and everything else that comes as a form, or without a body by GET.
 *
 * `X-Twilio-Signature` is HMAC-SHA1 in base64 of the URL, and behind it each field's name and value, sorted by name, with nothing between them.
 *
 * - URL: exactly as Twilio calls it, with its query. Behind a proxy give `publicUrl`.
 * - Secret: the account's primary auth token.
 * - Dedup: `content`.
 * - Not received: deliveries of JSON, which are signed by a digest in the query (`bodySHA256`), and those under a Webhooks Rule, which are signed
 *   with a shared key. Define them with `verify`.
 * - Retries: none, unless the URL asks for them (`#rc=…`). The endpoint has 15 seconds.
 *
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export const twilio: Provider<TwilioEvents> = preset<TwilioEvents>(
  {
    name: "twilio",
    docs: "https://www.twilio.com/docs/usage/security#validating-requests",
    signature: {
      header: "X-Twilio-Signature",
      algorithm: "sha1",
      encoding: "base64",
      signedContent: urlAndSortedForm,
      covers: ["body"],
    },
    body: { format: "form" },
    dedup: "content",
    delivery: { deadlineSeconds: 15 },
  },
  bodyFormat,
  signedContent,
  otherHmac,
);
