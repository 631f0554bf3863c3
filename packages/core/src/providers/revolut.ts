import { list } from "../grammar/list.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Revolut: Business API (webhooks v2), Merchant API and Crypto Ramp.
 *
 * `Revolut-Signature` is a list parted by commas, each `v1=` and hex, over `v1.{Revolut-Request-Timestamp}.{body}`; several while a secret is rotated.
 *
 * - Secret: `wsk_…`, the whole text as it stands, from the API's answer to creating or retrieving the webhook.
 * - Time: `Revolut-Request-Timestamp` is signed, in milliseconds, the time at which the delivery was sent. Revolut asks for a tolerance of five minutes.
 * - Dedup: `none`. There is no id of the event, and bodies of the Merchant API and of Crypto Ramp hold the order and the
 *   event's name alone: a payment that is declined twice has the same body twice. Bodies of the Business API carry a time;
 *   for those: `defineProvider({ ...revolut, dedup: "content" })`.
 * - Retries: three, ten minutes apart.
 *
 * @see https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature
 */
export const revolut: Provider = preset(
  {
    name: "revolut",
    docs: "https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature",
    signature: {
      header: "Revolut-Signature",
      list: ",",
      prefix: "v1=",
      encoding: "hex",
      content: "v1.{timestamp}.{body}",
    },
    timestamp: {
      header: "Revolut-Request-Timestamp",
      unit: "milliseconds",
      of: "attempt",
      toleranceSeconds: 300,
    },
    type: { body: "/event" },
    dedup: "none",
    delivery: { retrySpanSeconds: 1800 },
  },
  list,
  template,
  time,
);
