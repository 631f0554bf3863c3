import type { SignedDelivery } from "@countersign/core";
import { base64url } from "jose";
import type { TokenDefinition } from "./definition.ts";

/** Tells whether the token has no payload of its own. */
export function isDetached({ proves }: Pick<TokenDefinition, "proves">): boolean {
  return proves === "body" || (typeof proves === "object" && "detached" in proves);
}

/** Returns what a detached token signs, as `jose` takes it: base64url, or bytes where the token's header says `"b64": false`. */
export function detachedPayload(
  { proves }: TokenDefinition,
  delivery: SignedDelivery,
  header: (name: string) => string | undefined,
  isEncoded: boolean,
): Uint8Array | string {
  const content =
    typeof proves === "object" && "detached" in proves
      ? proves.detached(delivery, header)
      : delivery.body;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return isEncoded ? base64url.encode(bytes) : bytes;
}
