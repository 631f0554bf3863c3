import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/** The claims of Wix's token. */
export interface WixEvent {
  readonly eventType: string;
  readonly instanceId: string;
  /** The event, as JSON text. */
  readonly data: string;
  readonly identity?: string;
}

/**
 * Wix app webhooks.
 *
 * The body is a JWT under RS256. Its claim `data` is the event as JSON text, and `event.body.data` is JSON text once more.
 *
 * - Secret: the app's public key, in PEM, from "View ID & keys" of its page.
 * - Time: `exp`.
 * - Dedup: `content`.
 * - Retries: 12, over 47 hours.
 * - The endpoint has 1.25 seconds.
 *
 * @see https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/verify-requests-received-from-wix
 */
export const wix: Provider<Record<string, WixEvent>> = jwtProvider<Record<string, WixEvent>>({
  name: "wix",
  docs: "https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/verify-requests-received-from-wix",
  token: "body",
  algorithms: ["RS256"],
  proves: { claim: "data" },
  type: { body: "/eventType" },
  dedup: "content",
  delivery: { deadlineSeconds: 1.25, retrySpanSeconds: 169_860 },
});
