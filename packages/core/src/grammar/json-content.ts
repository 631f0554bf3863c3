import { utf8 } from "../base/bytes.ts";
import { parseBody } from "../scheme/parse-body.ts";
import { textOf } from "../scheme/values.ts";
import { select } from "../base/json-pointer.ts";
import type { Grammar, Signed } from "../scheme/scheme.ts";

/** However many fields of it are signed, a body is parsed once. */
const parsed = new WeakMap<Uint8Array, unknown>();

/** Schemes that sign single fields of a JSON body. */
export const jsonContent: Pick<Grammar, "jsonText"> = {
  jsonText(pointer, signed) {
    const [value, ...others] = select(bodyOf(signed), pointer);
    // What is signed must be one value: of several, those left out could be anybody's.
    if (others.length > 0) return undefined;
    const text = typeof value === "boolean" ? String(value) : textOf(value);
    return text === undefined ? undefined : utf8(text);
  },
};

function bodyOf({ scheme, delivery, body }: Signed): unknown {
  if (parsed.has(body)) return parsed.get(body);
  let value: unknown;
  try {
    value = parseBody(scheme, delivery.headers, body);
  } catch {
    // What can't be read has no field.
  }
  parsed.set(body, value);
  return value;
}
