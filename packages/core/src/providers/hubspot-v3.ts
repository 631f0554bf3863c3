import { request } from "../grammar/request.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** One thing that happened. */
export interface HubSpotEvent {
  readonly eventId: number;
  readonly subscriptionId: number;
  readonly portalId: number;
  readonly appId: number;
  /** In milliseconds since 1970. */
  readonly occurredAt: number;
  /** Such as `contact.propertyChange`. */
  readonly subscriptionType: string;
  readonly attemptNumber: number;
  readonly objectId?: number;
  readonly [field: string]: unknown;
}

/** The body of every delivery: up to 100 events. */
export interface HubSpotEvents {
  [type: string]: readonly HubSpotEvent[];
}

/**
 * HubSpot, version 3 of its signatures.
 *
 * `X-HubSpot-Signature-v3` is base64 over `{method}{url}{body}{X-HubSpot-Request-Timestamp}`, with nothing between them.
 * Versions 1 and 2 are unkeyed digests and never fallen back to.
 *
 * - URL: as HubSpot called it, with twelve characters decoded (`%3A`, `%2F`, `%40` and others). Behind a proxy give `publicUrl`.
 * - Secret: the app's client secret, as text.
 * - Time: the timestamp is signed, in milliseconds, and made anew on each attempt. HubSpot allows 300 s.
 * - Dedup: `content`. `event.id` lists each `eventId`, which HubSpot documents as not guaranteed to be unique. A retry counts
 *   up `attemptNumber` in the body and may be put together anew, so it is not recognised: tell events apart by `eventId`,
 *   `subscriptionId` and `occurredAt` together.
 * - Type: none, as one delivery carries events of several types. Go through `event.body`.
 * - Retries: up to 10, over 24 hours. The endpoint has 5 seconds.
 *
 * @see https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
 * @see https://developers.hubspot.com/docs/api/webhooks
 */
export const hubspotV3: Provider<HubSpotEvents> = preset<HubSpotEvents>(
  {
    name: "hubspot-v3",
    docs: "https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests",
    signature: {
      header: "X-HubSpot-Signature-v3",
      encoding: "base64",
      content: "{method}{url}{body}{timestamp}",
      url: { decoded: ":/?@!$'()*,;" },
    },
    timestamp: {
      header: "X-HubSpot-Request-Timestamp",
      unit: "milliseconds",
      of: "attempt",
      toleranceSeconds: 300,
    },
    id: { body: "/*/eventId" },
    dedup: "content",
    delivery: {
      deadlineSeconds: 5,
      retrySpanSeconds: 86_400,
      attempt: { body: "/0/attemptNumber", first: 0 },
    },
  },
  request,
  template,
  time,
);
