import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/** The event of an account. */
export interface SignInWithAppleEvent {
  /** Such as `email-disabled`, `email-enabled`, `consent-revoked` and `account-delete`. */
  readonly type: string;
  readonly sub: string;
  readonly event_time: number;
  readonly email?: string;
  readonly is_private_email?: string | boolean;
}

/** For which app the notifications are. */
export interface SignInWithAppleOptions {
  /** The app's bundle ID, or the services ID. */
  readonly clientId: string | readonly string[];
}

/**
 * Sign in with Apple, server-to-server notifications.
 *
 * `payload` in the body is a JWT of Apple under RS256. Its claim `events` is the event as JSON text.
 *
 * - Secret: `jwksKeys(provider)`.
 * - Time: `exp`; `event_time` is the event's, in milliseconds.
 * - Dedup: `id`, the token's `jti`.
 *
 * @see https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts
 */
export function signInWithApple({
  clientId,
}: SignInWithAppleOptions): Provider<Record<string, SignInWithAppleEvent>> {
  return jwtProvider<Record<string, SignInWithAppleEvent>>({
    name: "sign-in-with-apple",
    docs: "https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts",
    token: { body: "/payload" },
    algorithms: ["RS256"],
    proves: { claim: "events" },
    jwks: "https://appleid.apple.com/auth/keys",
    issuer: "https://appleid.apple.com",
    audience: clientId,
    requiredClaims: ["exp"],
    id: { part: "jti" },
    type: { body: "/type" },
    timestamp: { body: "/event_time", unit: "milliseconds", of: "event" },
    dedup: "id",
  });
}
