import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Sentry integration platform (public and internal integrations).
 *
 * `Sentry-Hook-Signature` is hex over the body as sent. Sentry's page shows the check on `JSON.stringify(request.body)`, which is the same only as long as
 * parsing and writing again changes nothing; here the bytes count.
 *
 * - Secret: the integration's client secret.
 * - `event.id` (`Request-ID`), `event.type` (`Sentry-Hook-Resource`) and the time (`Sentry-Hook-Timestamp`) are headers that
 *   the signature does not cover; nothing guards against replay. What happened is in the body's `action`.
 * - Dedup: `none`. Bodies show an issue's state without a time of the event: assigned to A, to B, to A again has the same body twice.
 * - Retries: none are documented. The endpoint has 1 second; after 1000 timeouts in 24 hours Sentry stops sending.
 *
 * @see https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
 */
export const sentry: Provider = preset(
  {
    name: "sentry",
    docs: "https://docs.sentry.io/organization/integrations/integration-platform/webhooks/",
    signature: { header: "Sentry-Hook-Signature", encoding: "hex" },
    timestamp: { header: "Sentry-Hook-Timestamp", unit: "seconds", of: "attempt", unsigned: true },
    id: { header: "Request-ID", unsigned: true },
    type: { header: "Sentry-Hook-Resource", unsigned: true },
    dedup: "none",
    delivery: { deadlineSeconds: 1 },
  },
  time,
);
