import { bodyChallenge } from "../grammar/body-challenge.ts";
import { template } from "../grammar/template.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every event. */
export interface ZoomBody {
  /** Such as `meeting.started`. */
  readonly event: string;
  /** When it happened, in milliseconds since 1970. */
  readonly event_ts?: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface ZoomEvents {
  [event: string]: ZoomBody;
}

/**
 * Zoom.
 *
 * `x-zm-signature` is `v0=` and hex over `v0:{x-zm-request-timestamp}:{body}`.
 *
 * - Secret: the app's secret token, on its Access page (not the older verification token).
 * - Time: `x-zm-request-timestamp` is signed and that of the request. Zoom's page shows seconds in one place and milliseconds
 *   in another: both are read. Zoom documents no tolerance; 300 s are allowed.
 * - Dedup: `content`. The only id, `x-zm-trackingid`, is not signed; `event_ts` in the body tells events apart to the
 *   millisecond.
 * - Retries: after 5 min, another 20 min and another 60 min. The endpoint has 3 seconds.
 * - Handshake: `endpoint.url_validation` comes at registration and every 72 hours after it, signed like everything else, and is
 *   answered with its token and the token's HMAC.
 *
 * @see https://developers.zoom.us/docs/api/webhooks/
 * @see https://developers.zoom.us/blog/webhook-delays
 */
export const zoom: Provider<ZoomEvents> = preset<ZoomEvents>(
  {
    name: "zoom",
    docs: "https://developers.zoom.us/docs/api/webhooks/",
    signature: {
      header: "x-zm-signature",
      encoding: "hex",
      prefix: "v0=",
      content: "v0:{timestamp}:{body}",
    },
    timestamp: {
      header: "x-zm-request-timestamp",
      unit: "auto",
      of: "attempt",
      toleranceSeconds: 300,
    },
    type: { body: "/event" },
    dedup: "content",
    challenge: {
      body: "/payload/plainToken",
      when: { body: "/event", value: "endpoint.url_validation" },
      answer: { json: { plainToken: "{value}", encryptedToken: "{hmac.hex}" } },
    },
    delivery: { deadlineSeconds: 3, retrySpanSeconds: 5100, successStatuses: [200, 204] },
  },
  bodyChallenge,
  template,
  isoTime,
);
