import { decodeUtf8 } from "../base/bytes.ts";
import { WebhookError } from "../base/errors.ts";
import type { HeadersLike } from "../delivery/headers.ts";
import type { Scheme } from "./scheme.ts";

/**
 * Parses verified bytes as the definition says.
 *
 * @throws `body_malformed`
 */
export function parseBody(scheme: Scheme, headers: HeadersLike, verified: Uint8Array): unknown {
  const { definition, grammar } = scheme;
  return grammar.parseBody === undefined
    ? readJson(definition.name, verified)
    : grammar.parseBody(definition, headers, verified);
}

/** Bytes as JSON in UTF-8. Throws `body_malformed`. */
export function readJson(provider: string, bytes: Uint8Array): unknown {
  return readAs("JSON", provider, bytes, parseJson);
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(decodeUtf8(bytes));
}

/** Reads a body. Throws `body_malformed` without a cause, since a parser's message quotes the body. */
export function readAs(
  what: string,
  provider: string,
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => unknown,
): unknown {
  try {
    return read(bytes);
  } catch {
    throw new WebhookError(
      "body_malformed",
      `The delivery of ${provider} is verified, but its body is not ${what} in UTF-8. If it is something else, set body.format.`,
    );
  }
}
