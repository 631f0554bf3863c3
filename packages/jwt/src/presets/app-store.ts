import type { Provider } from "@countersign/core";
import { keysOfChain, rootCertificates } from "../certificate-chain.ts";
import type { TokenDefinition, TokenFields } from "../definition.ts";
import { configError } from "../errors.ts";
import { tokenProvider } from "../jwt-provider.ts";

/** The body of a notification. `signedTransactionInfo` and `signedRenewalInfo` in it are JWS of their own. */
export interface AppStoreNotification {
  readonly notificationType: string;
  readonly subtype?: string;
  readonly notificationUUID: string;
  readonly version: string;
  readonly signedDate: number;
  readonly data?: {
    readonly appAppleId?: number;
    readonly bundleId: string;
    readonly environment: string;
    readonly signedTransactionInfo?: string;
    readonly signedRenewalInfo?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** The body of every notification, by its `notificationType`. */
export type AppStoreEvents = Record<string, AppStoreNotification>;

/** For which app the notifications are. */
export interface AppStoreOptions {
  readonly bundleId: string | readonly string[];
  /** Default: `Production` alone. */
  readonly environment?: "Production" | "Sandbox" | readonly ("Production" | "Sandbox")[];
}

/** Apple's marks for the App Store's certificates (1.2.840.113635.100.6.11.1) and for their issuer (1.2.840.113635.100.6.2.1). */
const MARKS = { leaf: "2a864886f76364060b01", intermediate: "2a864886f76364060201" };

/**
 * App Store Server Notifications, version 2.
 *
 * `signedPayload` in the body is a JWS under ES256 that brings its certificates along; its payload is the event.
 *
 * - Secret: `appleRootCaG3`, the root certificate to which they must lead. Both certificates below it must have Apple's marks.
 * - Apple signs for all apps: bundle ID and environment make a notification yours.
 * - `signedTransactionInfo` and `signedRenewalInfo` in the event came under the same signature, and can be decoded as they are.
 * - Time: `signedDate` is signed. A retry may carry an old one, so that it expires nothing unless `toleranceSeconds` is given.
 * - Types: `notificationType`, such as `DID_RENEW`; more is in `event.body.subtype`.
 * - Dedup: `id`, the `notificationUUID`.
 * - Retries: 5, over 157 hours.
 *
 * @param options whose notifications are accepted
 * @throws `config_invalid` where the bundle ID is empty
 * @see https://developer.apple.com/documentation/appstoreservernotifications
 */
export function appStore({
  bundleId,
  environment = "Production",
}: AppStoreOptions): Provider<AppStoreEvents> {
  const bundles = [bundleId].flat();
  const environments = [environment].flat();
  if (bundles.length === 0 || bundles.includes("")) {
    throw configError(
      "app-store: bundleId is empty. Is the environment variable that it comes from set?",
    );
  }
  const definition: TokenDefinition = {
    name: "app-store",
    docs: "https://developer.apple.com/documentation/appstoreservernotifications",
    token: { body: "/signedPayload" },
    algorithms: ["ES256"],
    proves: "payload",
    accept: (payload) => isFor(payload, bundles, environments),
    id: { body: "/notificationUUID" },
    type: { body: "/notificationType" },
    timestamp: { body: "/signedDate", unit: "milliseconds", of: "event" },
    dedup: "id",
    delivery: { retrySpanSeconds: 565_200 },
  };
  return tokenProvider<AppStoreEvents>(
    definition,
    rootCertificates(definition),
    keysOfChain(MARKS),
  );
}

/** Finds the subject of a notification, which has another name in some of them. */
function isFor(
  payload: TokenFields,
  bundles: readonly string[],
  environments: readonly string[],
): boolean {
  const { data, summary, externalPurchaseToken, appData } = payload;
  const about = (data ?? summary ?? appData ?? externalPurchaseToken) as TokenFields | undefined;
  const { bundleId, environment, externalPurchaseId } = about ?? {};
  const isSandboxToken = String(externalPurchaseId).startsWith("SANDBOX");
  const where = environment ?? (isSandboxToken ? "Sandbox" : "Production");
  return bundles.some((one) => one === bundleId) && environments.some((one) => one === where);
}
