import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Webflow.
 *
 * `x-webflow-signature` is hex over `{x-webflow-timestamp}:{body}`.
 *
 * - Secret: of a webhook made through the API, the `secretKey` that was returned; of one made by an OAuth app, the app's client secret. Webhooks from the dashboard
 *   are not signed.
 * - Time: `x-webflow-timestamp` is signed, in milliseconds, the time at which the delivery was sent. Webflow's guide allows five minutes.
 * - Dedup: `none`. There is no id of the event, and some bodies hold a state alone: a stock of 4, then 5, then 4 again
 *   (`ecomm_inventory_changed`). Where you take only forms, pages or items, whose bodies carry ids and times:
 *   `defineProvider({ ...webflow, dedup: "content" })`.
 * - Retries: up to three, ten minutes apart.
 *
 * @see https://developers.webflow.com/data/docs/working-with-webhooks
 */
export const webflow: Provider = preset(
  {
    name: "webflow",
    docs: "https://developers.webflow.com/data/docs/working-with-webhooks",
    signature: { header: "x-webflow-signature", encoding: "hex", content: "{timestamp}:{body}" },
    timestamp: {
      header: "x-webflow-timestamp",
      unit: "milliseconds",
      of: "attempt",
      toleranceSeconds: 300,
    },
    type: { body: "/triggerType" },
    dedup: "none",
    delivery: { retrySpanSeconds: 1800, successStatuses: [200], disablesEndpoint: true },
  },
  template,
  time,
);
