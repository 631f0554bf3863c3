import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Xero.
 *
 * `x-xero-signature` is base64 over the body as sent.
 *
 * - Secret: the webhook key from the app's page. It looks like base64 and is used as the text that it is.
 * - Time: no delivery carries one of its own. Dedup is what stops replays, for as long as records are kept.
 * - Dedup: `content`. A delivery holds several events under a running number (`firstEventSequence`) and random text
 *   (`entropy`). Should Xero draw new random text for a retry or bundle it with newer events, it counts as new: go by
 *   `eventDateUtc` and `resourceId` where that matters.
 * - Handshake ("intent to receive"): deliveries with and without a right signature and no events; 200 and 401 are what Xero wants, and what every
 *   other delivery gets, too. The handler sees the right ones, with an empty `events`.
 * - Retries: for 24 hours, then the webhook is disabled. The endpoint has 5 seconds.
 * - Answers: Xero wants no body and no cookies in any of them, the 401 of a handshake included. Refusals and duplicates have none; give none in yours.
 *
 * @see https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/
 */
export const xero: Provider = preset({
  name: "xero",
  docs: "https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/",
  signature: { header: "x-xero-signature", encoding: "base64" },
  dedup: "content",
  delivery: {
    deadlineSeconds: 5,
    retrySpanSeconds: 86_400,
    successStatuses: [200],
    emptyAnswers: true,
  },
});
