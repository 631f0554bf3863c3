import { basic } from "../grammar/basic.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Postmark, with Basic credentials in the URL of the webhook.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: `user:password`, as in `https://user:password@example.com/postmark`.
 * - Dedup: `content`.
 * - Retries: 10, over about 10.5 hours (documented of inbound messages). An answer of 403 ends them.
 *
 * @see https://postmarkapp.com/developer/webhooks/webhooks-overview
 */
export const postmark: Provider = preset(
  {
    name: "postmark",
    docs: "https://postmarkapp.com/developer/webhooks/webhooks-overview",
    signature: { header: "Authorization", algorithm: "basic" },
    type: { body: "/RecordType", unsigned: true },
    body: { unsigned: true },
    dedup: "content",
    delivery: { retrySpanSeconds: 37_800, successStatuses: [200] },
  },
  basic,
);
