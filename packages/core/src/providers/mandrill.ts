import { probeChallenge } from "../grammar/probe-challenge.ts";
import { bodyFormat } from "../grammar/body-format.ts";
import { signedContent } from "../grammar/content-function.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { urlAndSortedForm } from "./url-and-sorted-form.ts";

/** One thing that happened to a message. */
export interface MandrillEvent {
  /** Such as `send`, `hard_bounce` or `open`. */
  readonly event: string;
  readonly _id?: string;
  /** In seconds since 1970. */
  readonly ts: number;
  readonly [field: string]: unknown;
}

/** The body of every delivery: a list of events. */
export interface MandrillEvents {
  [type: string]: readonly MandrillEvent[];
}

/**
 * Mandrill, which is Mailchimp Transactional.
 *
 * `X-Mandrill-Signature` is HMAC-SHA1 in base64 of the URL and the form's only field, name and value, with nothing between them. The field
 * `mandrill_events` has JSON in it, which is `event.body`.
 *
 * - URL: exactly as it was given to Mandrill. Behind a proxy give `publicUrl`.
 * - Secret: the webhook's key, on the webhooks page. The request that tests a URL before the webhook exists is signed with the key `test-webhook`.
 * - Handshake: a HEAD request when the URL is saved, which is answered with 200.
 * - Dedup: `content`.
 *
 * @see https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/
 */
export const mandrill: Provider<MandrillEvents> = preset<MandrillEvents>(
  {
    name: "mandrill",
    docs: "https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/",
    signature: {
      header: "X-Mandrill-Signature",
      algorithm: "sha1",
      encoding: "base64",
      signedContent: urlAndSortedForm,
      covers: ["body"],
    },
    body: { format: "auto", formField: { name: "mandrill_events", signed: "encoded" } },
    challenge: { probe: "HEAD" },
    dedup: "content",
  },
  probeChallenge,
  bodyFormat,
  signedContent,
  otherHmac,
);
