import type { Provider, SignedDelivery } from "@countersign/core";
import { base64url } from "jose";
import { jwtProvider } from "../jwt-provider.ts";

/** Whose Neon Auth it is. */
export interface NeonOptions {
  /** The base URL of Neon Auth: `NEON_AUTH_URL`. */
  readonly authUrl: string;
}

/**
 * Neon Auth.
 *
 * `X-Neon-Signature` is a detached JWS under EdDSA of the time, a dot, and the body in base64url.
 *
 * - Secret: `jwksKeys(provider)`; `X-Neon-Signature-Kid` names the key.
 * - Time: `X-Neon-Timestamp` is signed, in milliseconds. Neon recommends to allow 5 minutes.
 * - Types: `event_type`, such as `user.created`. `user.before_create` wants an answer in JSON.
 * - Dedup: `id`, the `event_id`, the same on each retry.
 * - Retries: two, at once, within 15 seconds.
 *
 * @see https://neon.com/docs/auth/guides/webhooks
 */
export function neon({ authUrl }: NeonOptions): Provider {
  return jwtProvider({
    name: "neon",
    docs: "https://neon.com/docs/auth/guides/webhooks",
    token: { header: "X-Neon-Signature" },
    algorithms: ["EdDSA"],
    proves: { detached: timeAndBody, facts: ["timestamp"] },
    jwks: `${new URL(authUrl).href.replace(/\/$/, "")}/.well-known/jwks.json`,
    keyIdHeader: "X-Neon-Signature-Kid",
    tokenType: "JWS",
    id: { body: "/event_id" },
    type: { body: "/event_type" },
    timestamp: {
      header: "X-Neon-Timestamp",
      unit: "milliseconds",
      of: "attempt",
      toleranceSeconds: 300,
    },
    dedup: "id",
    delivery: { deadlineSeconds: 15, retrySpanSeconds: 15 },
  });
}

function timeAndBody(
  { body }: SignedDelivery,
  header: (name: string) => string | undefined,
): string | undefined {
  const time = header("X-Neon-Timestamp");
  return time && `${time}.${base64url.encode(body)}`;
}
