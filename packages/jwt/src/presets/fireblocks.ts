import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

const HOSTS = {
  us: "keys.fireblocks.io",
  eu: "eu-keys.fireblocks.io",
  eu2: "eu2-keys.fireblocks.io",
  sandbox: "sandbox-keys.fireblocks.io",
} as const;

/** The region of the workspace. */
export interface FireblocksOptions {
  /** Default `us`. */
  readonly environment?: keyof typeof HOSTS;
}

/**
 * Fireblocks, webhooks of version 2.
 *
 * `Fireblocks-Webhook-Signature` is a detached JWS under RS512 of the body. The older `Fireblocks-Signature` beside it is ignored.
 *
 * - Secret: `jwksKeys(provider)`.
 * - Time: none is signed; `createdAt` is the event's.
 * - Dedup: `id`.
 *
 * @see https://developers.fireblocks.com/reference/validating-webhooks
 */
export function fireblocks({ environment = "us" }: FireblocksOptions = {}): Provider {
  return jwtProvider({
    name: "fireblocks",
    docs: "https://developers.fireblocks.com/reference/validating-webhooks",
    token: { header: "Fireblocks-Webhook-Signature" },
    algorithms: ["RS512"],
    proves: "body",
    jwks: `https://${HOSTS[environment]}/.well-known/jwks.json`,
    id: { body: "/id" },
    type: { body: "/eventType" },
    timestamp: { body: "/createdAt", unit: "milliseconds", of: "event" },
    dedup: "id",
  });
}
