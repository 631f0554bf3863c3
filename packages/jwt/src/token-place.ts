import { type SignedDelivery, WebhookError } from "@countersign/core";
import { utf8Text } from "./compact-token.ts";
import type { TokenPlace } from "./definition.ts";

/** No delivery needs more; each costs a verification. */
const MAX_TOKENS = 16;

/**
 * Returns the tokens of a delivery, as text; at least one.
 *
 * @param header reads a header by its name in any case
 * @throws `signature_missing` where there is none, `signature_malformed` where the place holds something else
 */
export function tokensOf(
  provider: string,
  place: TokenPlace,
  { body }: Pick<SignedDelivery, "body">,
  header: (name: string) => string | undefined,
): readonly string[] {
  if (place === "body") return [bodyText(provider, body).trim()];
  if ("header" in place) {
    const value = header(place.header);
    if (value === undefined) throw missing(provider, `the header ${place.header}`);
    return [withoutScheme(provider, place, value)];
  }
  if ("formField" in place) {
    const values = new URLSearchParams(bodyText(provider, body)).getAll(place.formField);
    if (values.length !== 1) throw missing(provider, `one form field ${place.formField}`);
    return values;
  }
  const found = select(parsed(provider, body), place.body.split("/").slice(1));
  const tokens = found.filter((value): value is string => typeof value === "string");
  if (tokens.length === 0) throw missing(provider, `${place.body} of the body`);
  if (tokens.length !== found.length || tokens.length > MAX_TOKENS) {
    throw new WebhookError(
      "signature_malformed",
      `${place.body} of the body is not 1 to ${MAX_TOKENS} tokens, as ${provider} sends them.`,
    );
  }
  return tokens;
}

function withoutScheme(
  provider: string,
  { header, scheme }: { readonly header: string; readonly scheme?: string },
  value: string,
): string {
  if (scheme === undefined) return value;
  const start = value.slice(0, scheme.length + 1);
  // RFC 9110, section 11.1: the name of a scheme is in any case.
  if (start.toLowerCase() === `${scheme} `.toLowerCase())
    return value.slice(start.length).trimStart();
  throw new WebhookError(
    "signature_malformed",
    `The header ${header} does not begin with "${scheme} ", as ${provider} sends it.`,
  );
}

function select(value: unknown, steps: readonly string[]): readonly unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  if (step === "*") {
    return Array.isArray(value) ? value.flatMap((item: unknown) => select(item, rest)) : [];
  }
  const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
  return Object.hasOwn(value, name) ? select((value as Record<string, unknown>)[name], rest) : [];
}

function parsed(provider: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Text(body));
  } catch {
    throw missing(provider, "a token: the body is not JSON");
  }
}

function bodyText(provider: string, body: Uint8Array): string {
  try {
    return utf8Text(body);
  } catch {
    throw missing(provider, "a token: the body is not text");
  }
}

function missing(provider: string, where: string): WebhookError {
  return new WebhookError(
    "signature_missing",
    `There is no token of ${provider} in the delivery: it lacks ${where}. Is the URL registered for this provider alone?`,
  );
}
