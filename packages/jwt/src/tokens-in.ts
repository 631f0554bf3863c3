import type { SignedDelivery } from "@countersign/core";
import { type CompactToken, readToken } from "./compact-token.ts";
import type { TokenDefinition } from "./definition.ts";
import { isDetached } from "./detached.ts";
import { tokensOf } from "./token-place.ts";

/** Reads the tokens of a delivery, with the `kid` from wherever the provider has it. Throws `signature_*`. */
export function tokensIn(
  definition: TokenDefinition,
  delivery: Pick<SignedDelivery, "body">,
  header: (name: string) => string | undefined,
): readonly CompactToken[] {
  const { name, token: place, keyIdHeader } = definition;
  const texts = tokensOf(name, place, delivery, header);
  const tokens = texts.map((text) => readToken(name, text, isDetached(definition)));
  const kid = keyIdHeader === undefined ? undefined : header(keyIdHeader);
  if (kid === undefined) return tokens;
  return tokens.map((token) => withKeyId(token, kid));
}

function withKeyId(token: CompactToken, kid: string): CompactToken {
  return { ...token, header: { ...token.header, kid } };
}
