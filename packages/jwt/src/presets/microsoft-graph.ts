import type { Provider } from "@countersign/core";
import type { TokenFields } from "../definition.ts";
import { jwtProvider } from "../jwt-provider.ts";

/** The application that publishes change notifications. */
const PUBLISHER = "0bf30f3b-4a52-48df-9a82-234910c4a086";

/** One change. */
export interface GraphNotification {
  readonly subscriptionId: string;
  readonly changeType?: string;
  readonly clientState?: string;
  readonly resource: string;
  readonly tenantId: string;
  readonly lifecycleEvent?: string;
  readonly encryptedContent?: object;
  readonly resourceData?: object;
}

/** The body of a delivery of Microsoft Graph. */
export interface GraphNotifications {
  readonly value: readonly GraphNotification[];
  readonly validationTokens: readonly string[];
}

/** For which app, in which tenants, the notifications are. */
export interface MicrosoftGraphOptions {
  /** The application (client) ID of your app. */
  readonly appId: string | readonly string[];
  /** The directory (tenant) IDs in which it is subscribed. */
  readonly tenantId: string | readonly string[];
}

/**
 * Microsoft Graph change notifications with resource data ("rich" notifications).
 *
 * `validationTokens` in the body has a JWT of the Microsoft identity platform for each app and tenant, under RS256; all must verify. They cover
 * nothing of the notifications: compare `clientState`, and decrypt `encryptedContent`, whose signature only your key can verify.
 *
 * - Notifications without resource data have no tokens: for them there is `microsoftGraph` of `@countersign/core/providers`.
 * - Secret: `jwksKeys(provider)`.
 * - Time: `exp`.
 * - Registration: `validationToken` in the query is answered with itself, as text.
 * - Dedup: `content`.
 * - Retries: for 4 hours.
 * - The endpoint has 10 seconds, and 3 to be counted as fast.
 *
 * @see https://learn.microsoft.com/graph/change-notifications-with-resource-data
 */
export function microsoftGraphRich({
  appId,
  tenantId,
}: MicrosoftGraphOptions): Provider<Record<string, GraphNotifications>> {
  const tenants = [tenantId].flat();
  return jwtProvider<Record<string, GraphNotifications>>({
    name: "microsoft-graph-rich",
    docs: "https://learn.microsoft.com/graph/change-notifications-with-resource-data",
    token: { body: "/validationTokens/*" },
    algorithms: ["RS256"],
    proves: "sender",
    jwks: "https://login.microsoftonline.com/common/discovery/v2.0/keys",
    issuer: tenants.flatMap((tenant) => [
      `https://sts.windows.net/${tenant}/`,
      `https://login.microsoftonline.com/${tenant}/v2.0`,
    ]),
    audience: appId,
    requiredClaims: ["exp"],
    accept: isOfPublisher,
    alsoSigned: { claims: { azp: PUBLISHER } },
    type: { body: "/value/0/changeType", unsigned: true },
    challenge: { query: "validationToken", method: "POST", answer: "text" },
    dedup: "content",
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 14_400 },
  });
}

/** Tokens of version 1 have it in `appid`, of version 2 in `azp`. */
function isOfPublisher({ appid, azp }: TokenFields): boolean {
  return (azp ?? appid) === PUBLISHER;
}
