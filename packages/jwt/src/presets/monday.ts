import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/** For which endpoint monday's tokens are. */
export interface MondayOptions {
  /** The endpoint's URL, as it is set in the app. Leave it out for webhooks of the API's `create_webhook`, whose tokens name none. */
  readonly audience?: string | readonly string[];
}

/**
 * monday.com apps and webhooks.
 *
 * `Authorization` is a JWT under HS256, without a scheme. It covers nothing of the body: whoever sees a token can send anything until it expires.
 *
 * - Secret: the app's signing secret; for webhooks of lifecycle events, its client secret.
 * - Time: `exp`, 5 minutes after `iat`.
 * - When a webhook is created, monday posts `{ "challenge": … }` and wants it back. It signs nothing there: answer it in front of the receiver.
 * - Dedup: `content`. Deliveries of boards have a `triggerUuid` in `event.body.event`.
 *
 * @see https://developer.monday.com/apps/docs/integration-authorization
 */
export function monday({ audience }: MondayOptions = {}): Provider {
  return jwtProvider({
    name: "monday",
    docs: "https://developer.monday.com/apps/docs/integration-authorization",
    token: { header: "Authorization" },
    algorithms: ["HS256"],
    proves: "sender",
    ...(audience !== undefined && { audience }),
    requiredClaims: ["exp"],
    type: { body: "/event/type", unsigned: true },
    dedup: "content",
  });
}
