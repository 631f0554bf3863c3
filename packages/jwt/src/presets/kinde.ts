import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/** Whose Kinde it is. */
export interface KindeOptions {
  /** The URL of your business at Kinde, such as `https://acme.kinde.com`. */
  readonly url: string;
}

/**
 * Kinde.
 *
 * The body is a JWT under RS256, and its claims are the event.
 *
 * - Secret: `jwksKeys(provider)`.
 * - Time: none is signed but `event_timestamp`, the event's.
 * - Dedup: `id`, the `event_id`.
 *
 * @see https://docs.kinde.com/integrate/webhooks/about-webhooks/
 */
export function kinde({ url }: KindeOptions): Provider {
  return jwtProvider({
    name: "kinde",
    docs: "https://docs.kinde.com/integrate/webhooks/about-webhooks/",
    token: "body",
    algorithms: ["RS256"],
    proves: "payload",
    jwks: new URL("/.well-known/jwks", url).href,
    id: { body: "/event_id" },
    type: { body: "/type" },
    timestamp: { body: "/event_timestamp", unit: "iso8601", of: "event" },
    dedup: "id",
  });
}
