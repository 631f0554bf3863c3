import type { Provider } from "@countersign/core";
import type { TokenFields } from "../definition.ts";
import { jwtProvider } from "../jwt-provider.ts";

const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** The claims of a logout token. */
export interface LogoutToken {
  readonly iss: string;
  readonly sub?: string;
  readonly sid?: string;
  readonly jti: string;
  readonly iat: number;
  readonly events: object;
}

/** Whose logouts they are. */
export interface OidcLogoutOptions {
  /** The issuer, as it is in its ID tokens. */
  readonly issuer: string;
  /** The `jwks_uri` of its `/.well-known/openid-configuration`. */
  readonly jwks: string;
  /** The client ID of your application. */
  readonly clientId: string | readonly string[];
}

/**
 * OpenID Connect Back-Channel Logout 1.0, of any provider.
 *
 * The form field `logout_token` is a JWT of the issuer, under RS256; its claims are the event. An ID token is refused in its place.
 *
 * - Secret: `jwksKeys(provider)`.
 * - Time: `iat` may be 5 minutes old, and `exp` counts where it is there.
 * - Dedup: `id`, the token's `jti`.
 *
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html
 */
export function oidcLogout({
  issuer,
  jwks,
  clientId,
}: OidcLogoutOptions): Provider<Record<string, LogoutToken>> {
  return logout("oidc-logout", "https://openid.net/specs/openid-connect-backchannel-1_0.html", {
    issuer,
    jwks,
    clientId,
  });
}

/** Whose tenant of Auth0 it is. */
export interface Auth0LogoutOptions {
  /** The tenant's domain, such as `acme.eu.auth0.com`, or your own. */
  readonly domain: string;
  /** The client ID of your application. */
  readonly clientId: string | readonly string[];
}

/**
 * Auth0, OIDC back-channel logout.
 *
 * It is {@link oidcLogout} of a tenant. (Log streams and event streams of Auth0 sign nothing: for them there is `auth0` of
 * `@countersign/core/providers`.)
 *
 * - Secret: `jwksKeys(provider)`.
 * - Dedup: `id`, the token's `jti`.
 *
 * @see https://auth0.com/docs/authenticate/login/logout/back-channel-logout
 */
export function auth0Logout({
  domain,
  clientId,
}: Auth0LogoutOptions): Provider<Record<string, LogoutToken>> {
  return logout(
    "auth0-logout",
    "https://auth0.com/docs/authenticate/login/logout/back-channel-logout",
    {
      issuer: `https://${domain}/`,
      jwks: `https://${domain}/.well-known/jwks.json`,
      clientId,
    },
  );
}

function logout(
  name: string,
  docs: string,
  { issuer, jwks, clientId }: OidcLogoutOptions,
): Provider<Record<string, LogoutToken>> {
  return jwtProvider<Record<string, LogoutToken>>({
    name,
    docs,
    token: { formField: "logout_token" },
    algorithms: ["RS256"],
    proves: "payload",
    jwks,
    issuer,
    audience: clientId,
    requiredClaims: ["iat", "jti", "events"],
    accept: isLogout,
    id: { body: "/jti" },
    timestamp: { body: "/iat", unit: "seconds", of: "attempt", toleranceSeconds: 300 },
    dedup: "id",
  });
}

/** Section 2.4 of the specification: an event of logouts, for a subject or a session, and no nonce. */
function isLogout({ events, sub, sid, nonce }: TokenFields): boolean {
  return (
    typeof events === "object" &&
    events !== null &&
    LOGOUT_EVENT in events &&
    (sub ?? sid) !== undefined &&
    nonce === undefined
  );
}
