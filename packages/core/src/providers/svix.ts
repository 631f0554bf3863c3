import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { standardWebhooks, type StandardWebhooksEvents } from "./standard-webhooks.ts";

/**
 * Svix, and the many services that send through it: {@link standardWebhooks} under Svix's own header names.
 *
 * `svix-signature` over `{svix-id}.{svix-timestamp}.{body}`. An endpoint that gets `webhook-*` headers instead wants
 * {@link standardWebhooks}.
 *
 * - Secret: the endpoint's signing secret, `whsec_` and base64.
 * - Time: `svix-timestamp` is signed and that of the attempt; Svix's libraries allow 300 s.
 * - Dedup: `id`. `svix-id` is the message's and the same on every retry.
 * - Type: Svix leaves the body to the service that sends; `event.type` is its `type` where it has one.
 * - Retries: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h. The endpoint has 15 seconds.
 *
 * @see https://docs.svix.com/receiving/verifying-payloads/how-manual
 * @see https://docs.svix.com/retries
 */
export const svix: Provider<StandardWebhooksEvents> = preset<StandardWebhooksEvents>(
  {
    ...standardWebhooks,
    name: "svix",
    docs: "https://docs.svix.com/receiving/verifying-payloads/how-manual",
    signature: { ...standardWebhooks.signature, header: "svix-signature" },
    timestamp: { header: "svix-timestamp", unit: "seconds", of: "attempt", toleranceSeconds: 300 },
    id: { header: "svix-id" },
    delivery: { deadlineSeconds: 15, retrySpanSeconds: 99_305 },
  },
  list,
  secretFormat,
  template,
  time,
);
