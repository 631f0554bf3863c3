import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { standardWebhooks, type StandardWebhooksEvents } from "./standard-webhooks.ts";

/**
 * Polar: {@link standardWebhooks} with one difference, the secret.
 *
 * - Secret: `whsec_` and base64, where it was made since 2026-09-08; a text of another form (`polar_whs_…`, or one of your own) is taken
 *   literally. A `whsec_` secret that is older is taken literally, too, prefix and all:
 *   `defineProvider({ ...polar, secret: { encoding: "utf8" } })`. Polar's API says which it is: `uses_standard_webhook_signature` of the
 *   endpoint.
 * - Time: `webhook-timestamp` is signed and that of the attempt.
 * - Dedup: `id`, by the signed `webhook-id`.
 * - Retries: up to ten, spaced exponentially. The endpoint has 10 seconds.
 *
 * @see https://polar.sh/docs/integrate/webhooks/delivery
 */
export const polar: Provider<StandardWebhooksEvents> = preset<StandardWebhooksEvents>(
  {
    ...standardWebhooks,
    name: "polar",
    docs: "https://polar.sh/docs/integrate/webhooks/delivery",
    secret: { encoding: "base64", prefix: "whsec_", withoutPrefix: "utf8" },
    delivery: { deadlineSeconds: 10, disablesEndpoint: true },
  },
  list,
  secretFormat,
  template,
  time,
);
