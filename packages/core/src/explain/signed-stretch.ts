import type { HeadersLike } from "../delivery/headers.ts";
import { decodedField } from "../grammar/decoded-field.ts";
import type { Scheme } from "../scheme/scheme.ts";

/** Returns the part of a body that is signed; undefined where a form lacks the field that would be. */
export function signedStretch(
  scheme: Scheme,
  headers: HeadersLike,
  body: Uint8Array,
): Uint8Array | undefined {
  const { definition } = scheme;
  if (definition.body?.formField?.signed !== "decoded") return body;
  try {
    return decodedField.signedField(definition, headers, body);
  } catch {
    return undefined;
  }
}
