import { queryChallenge } from "../grammar/query-challenge.ts";
import { customVerify } from "../grammar/custom-verify.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { clientState } from "./client-state.ts";

/**
 * Microsoft Graph change notifications without resource data.
 *
 * Nothing is signed: each notification in `value` shows the `clientState` of its subscription, and whoever knows that can send anything.
 *
 * - Secret: the `clientState` that you gave when you subscribed, of up to 128 characters. All notifications of a delivery must show the same.
 * - Take a notification for a hint, and fetch `resource` from the API. With resource data there are tokens: `microsoftGraphRich` of
 *   `@countersign/jwt`.
 * - Registration: `validationToken` in the query is answered with itself, as text.
 * - Dedup: `content`.
 * - Retries: for 4 hours.
 * - The endpoint has 10 seconds.
 *
 * @see https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
 */
export const microsoftGraph: Provider = preset(
  {
    name: "microsoft-graph",
    docs: "https://learn.microsoft.com/graph/change-notifications-delivery-webhooks",
    signature: clientState,
    type: { body: "/value/0/changeType", unsigned: true },
    body: { unsigned: true },
    challenge: { query: "validationToken", method: "POST", answer: "text" },
    dedup: "content",
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 14_400 },
  },
  customVerify,
  queryChallenge,
);
