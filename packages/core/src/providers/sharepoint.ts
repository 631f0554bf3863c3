import { queryChallenge } from "../grammar/query-challenge.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { clientState } from "./client-state.ts";

/**
 * SharePoint list webhooks.
 *
 * Nothing is signed: each notification in `value` shows the `clientState` of its subscription, and whoever knows that can send anything.
 *
 * - Secret: the `clientState` that you gave when you subscribed, of up to 128 characters. All notifications of a delivery must show the same.
 * - A notification says which list has changed, and not what: ask the list for its changes.
 * - Registration: `validationtoken` in the query is answered with itself, as text.
 * - Dedup: `none`. Two changes of one list send the same notification.
 * - Retries: five, each after 5 minutes.
 * - The endpoint has 5 seconds.
 *
 * @see https://learn.microsoft.com/sharepoint/dev/apis/webhooks/overview-sharepoint-webhooks
 */
export const sharepoint: Provider = preset(
  {
    name: "sharepoint",
    docs: "https://learn.microsoft.com/sharepoint/dev/apis/webhooks/overview-sharepoint-webhooks",
    signature: clientState,
    body: { unsigned: true },
    challenge: { query: "validationtoken", method: "POST", answer: "text" },
    dedup: "none",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 1500 },
  },
  customVerify,
  queryChallenge,
);
