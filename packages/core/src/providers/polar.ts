import { defineProvider, type Provider } from "../provider.ts";
import { standardWebhooks, type StandardWebhooksEvents } from "./standard-webhooks.ts";

/**
 * Polar: {@link standardWebhooks} with one difference, the secret.
 *
 * - Secret: the text that you set or had made on the endpoint, taken literally. (Polar's library encodes it as base64 only
 *   because the one underneath decodes it again.)
 * - Time: `webhook-timestamp` is signed and that of the attempt.
 * - Dedup: `id`, by the signed `webhook-id`.
 * - Retries: up to ten, spaced exponentially. The endpoint has 10 seconds.
 *
 * @see https://polar.sh/docs/integrate/webhooks/delivery
 */
export const polar: Provider<StandardWebhooksEvents> = defineProvider<StandardWebhooksEvents>({
  ...standardWebhooks,
  name: "polar",
  docs: "https://polar.sh/docs/integrate/webhooks/delivery",
  secret: { encoding: "utf8" },
  delivery: { deadlineSeconds: 10 },
});
