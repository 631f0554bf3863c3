import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Grafana Alerting, with a timestamp header.
 *
 * `X-Grafana-Alerting-Signature` is hex over `{timestamp}:{body}`.
 *
 * - Secret: the text that you typed in as HMAC secret of the contact point.
 * - Headers: Grafana leaves both names to you. This preset reads the signature from the default one and the time from
 *   `X-Grafana-Alerting-Timestamp`; type that in as "Timestamp Header", or derive a preset with your own names:
 *   `defineProvider({ ...grafanaTimestamped, timestamp: { header: "X-Time", unit: "seconds", of: "attempt" } })`.
 * - Time: the header is signed and made anew with each notification. Grafana names no tolerance; 300 s are allowed.
 * - Dedup: `none`. As long as an alert fires, Grafana repeats the notification (every 4 hours unless set otherwise), and the
 *   repetition may have the same body to the last byte. Each is a reminder of its own.
 * - Type: `status`, which is `firing` or `resolved`.
 * - Retries and deadline are not documented.
 *
 * @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export const grafanaTimestamped: Provider = preset(
  {
    name: "grafana-timestamped",
    docs: "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
    signature: {
      header: "X-Grafana-Alerting-Signature",
      encoding: "hex",
      content: "{timestamp}:{body}",
    },
    timestamp: { header: "X-Grafana-Alerting-Timestamp", unit: "seconds", of: "attempt" },
    type: { body: "/status" },
    dedup: "none",
  },
  template,
  time,
);
