import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/** Whose LiveKit it is. */
export interface LiveKitOptions {
  /** The API key with which the webhooks are signed. */
  readonly apiKey: string | readonly string[];
}

/**
 * LiveKit.
 *
 * `Authorization` is a JWT under HS256 of the issuer that is the API key, without a scheme; its claim `sha256` is the SHA-256 of the body, in
 * base64.
 *
 * - Secret: the API secret of that key.
 * - Time: `exp`.
 * - Types: `event`, such as `room_finished`.
 * - Dedup: `id`.
 *
 * @see https://docs.livekit.io/home/server/webhooks/
 */
export function livekit({ apiKey }: LiveKitOptions): Provider {
  return jwtProvider({
    name: "livekit",
    docs: "https://docs.livekit.io/home/server/webhooks/",
    token: { header: "Authorization" },
    algorithms: ["HS256"],
    proves: { bodySha256: "sha256", encoding: "base64" },
    issuer: apiKey,
    id: { body: "/id" },
    type: { body: "/event" },
    dedup: "id",
  });
}
