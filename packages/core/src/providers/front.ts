import { headerChallenge } from "../grammar/header-challenge.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Front, webhooks of applications.
 *
 * `X-Front-Signature` is HMAC-SHA256 in base64 of time and body with a colon between them.
 *
 * - Secret: the application's signing key.
 * - Time: `X-Front-Request-Timestamp` is signed, in milliseconds. Front names no tolerance; 300 s are allowed.
 * - Registration: Front sends `X-Front-Challenge`, and wants it back within 10 seconds.
 * - Not received: webhooks of rules, which sign by HMAC-SHA1 without a time.
 * - Dedup: `id-or-content`, the event's `payload.id`.
 * - Retries: up to three.
 *
 * @see https://dev.frontapp.com/docs/application-webhooks
 */
export const front: Provider = preset(
  {
    name: "front",
    docs: "https://dev.frontapp.com/docs/application-webhooks",
    signature: {
      header: "X-Front-Signature",
      encoding: "base64",
      content: "{timestamp}:{body}",
    },
    timestamp: { header: "X-Front-Request-Timestamp", unit: "milliseconds", of: "attempt" },
    id: { body: "/payload/id" },
    type: { body: "/type" },
    challenge: { header: "X-Front-Challenge", answer: "text" },
    dedup: "id-or-content",
    delivery: { deadlineSeconds: 10 },
  },
  template,
  time,
  headerChallenge,
);
