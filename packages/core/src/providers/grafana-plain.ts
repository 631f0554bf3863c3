import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Grafana Alerting, without a timestamp header.
 *
 * `X-Grafana-Alerting-Signature` is hex over the body as sent.
 *
 * - Secret: the text that you typed in as HMAC secret of the contact point.
 * - Time: none is signed, and nothing guards against replay. Set a "Timestamp Header" in the contact point and use
 *   `grafanaTimestamped` where you can.
 * - Dedup: `none`. As long as an alert fires, Grafana repeats the notification (every 4 hours unless set otherwise), and the
 *   repetition may have the same body to the last byte. Each is a reminder of its own.
 * - Type: `status`, which is `firing` or `resolved`.
 * - Retries and deadline are not documented.
 *
 * @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export const grafanaPlain: Provider = preset({
  name: "grafana-plain",
  docs: "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
  signature: { header: "X-Grafana-Alerting-Signature", encoding: "hex" },
  type: { body: "/status" },
  dedup: "none",
});
