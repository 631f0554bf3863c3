import { queryChallenge } from "../grammar/query-challenge.ts";
import { verifyToken } from "../grammar/verify-token.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Oura API webhooks.
 *
 * `x-oura-signature` is HMAC-SHA256 of timestamp and body in upper-case hex, with nothing between them.
 *
 * - Secret: the application's client secret.
 * - Time: `x-oura-timestamp` is signed. Oura names no tolerance; 300 s are allowed.
 * - Handshake: a GET with `verification_token` and `challenge`; pass `verifyToken`.
 * - Dedup: `content`.
 * - The endpoint has 10 seconds.
 *
 * @see https://cloud.ouraring.com/v2/docs#tag/Webhook-Subscription-Routes
 */
export const oura: Provider = preset(
  {
    name: "oura",
    docs: "https://cloud.ouraring.com/v2/docs#tag/Webhook-Subscription-Routes",
    signature: { header: "x-oura-signature", encoding: "hex-upper", content: "{timestamp}{body}" },
    timestamp: { header: "x-oura-timestamp", unit: "seconds", of: "attempt" },
    type: { body: "/event_type" },
    challenge: {
      query: "challenge",
      token: "verification_token",
      answer: { json: { challenge: "{value}" } },
    },
    dedup: "content",
    delivery: { deadlineSeconds: 10 },
  },
  queryChallenge,
  verifyToken,
  template,
  time,
  otherHmac,
);
