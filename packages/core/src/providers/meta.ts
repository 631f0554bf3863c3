import { queryChallenge } from "../grammar/query-challenge.ts";
import { verifyToken } from "../grammar/verify-token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every delivery: a batch of changes. */
export interface MetaBody {
  /** Such as `page`, `instagram` or `whatsapp_business_account`. */
  readonly object: string;
  readonly entry: readonly {
    readonly id: string;
    /** When the batch was sent, in seconds since 1970; Messenger and Instagram give milliseconds. */
    readonly time?: number;
    readonly changes?: readonly { readonly field: string; readonly value: unknown }[];
    readonly messaging?: readonly unknown[];
    readonly [field: string]: unknown;
  }[];
}

export interface MetaEvents {
  [object: string]: MetaBody;
}

/**
 * Meta: Facebook, Messenger, Instagram and WhatsApp.
 *
 * `X-Hub-Signature-256` is `sha256=` and hex over the body as sent. Meta escapes everything outside ASCII as lower-case
 * `\uXXXX` before it signs: a body that was parsed and written again never verifies.
 *
 * - Secret: the app secret, from the app's basic settings.
 * - Time: no time of the delivery is signed.
 * - Dedup: `content`. There is no delivery id. A retry may put changes together anew, and is then told apart only by the ids
 *   inside (`wamid.…`, `mid`). Two "something changed" entries with the same fields and the same second would count as one.
 * - Retries: with decreasing frequency, over 36 hours (WhatsApp: up to 7 days).
 * - Handshake: a GET with `hub.challenge`, not signed, is answered with it where `hub.verify_token` is the receiver's
 *   `verifyToken`.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export const meta: Provider<MetaEvents> = preset<MetaEvents>(
  {
    name: "meta",
    docs: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
    signature: { header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=" },
    type: { body: "/object" },
    dedup: "content",
    challenge: {
      query: "hub.challenge",
      equals: { "hub.mode": "subscribe" },
      token: "hub.verify_token",
      answer: "text",
    },
    delivery: { retrySpanSeconds: 604_800 },
  },
  queryChallenge,
  verifyToken,
);
