import type { SignedDelivery } from "@countersign/core";
import type { TokenDefinition, TokenFields } from "./definition.ts";

/** Tells whether the token has no payload of its own. */
export function isDetached({ proves }: Pick<TokenDefinition, "proves">): boolean {
  return proves === "body" || (typeof proves === "object" && "detached" in proves);
}

/** Returns the bytes that a detached token signs; undefined where the delivery lacks one of them. */
export function detachedContent(
  { proves }: TokenDefinition,
  delivery: SignedDelivery,
  header: (name: string) => string | undefined,
  tokenHeader: TokenFields,
): Uint8Array | undefined {
  const content =
    typeof proves === "object" && "detached" in proves
      ? proves.detached(delivery, header, tokenHeader)
      : delivery.body;
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
