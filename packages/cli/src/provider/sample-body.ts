import type { Provider } from "@countersign/core";
import { valueAt, withValueAt } from "../base/json-pointer.ts";
import { UsageError } from "../base/usage-error.ts";
import { freshId } from "./resign.ts";

/**
 * Makes the body of a delivery: the given bytes or an empty sample, with a new id where the provider has it in the body, and with the
 * changes that were asked for.
 *
 * @param bytes JSON to change; undefined: a sample
 * @param changes values by JSON pointer; each is read as JSON, or else taken as text
 */
export function sampleBody(
  provider: Provider<object>,
  type: string | undefined,
  bytes: Uint8Array | undefined,
  changes: readonly (readonly [pointer: string, value: string])[],
): object {
  const start = bytes === undefined ? fresh(provider, sampleOf(provider, type)) : jsonOf(bytes);
  let body: unknown = start;
  for (const [pointer, text] of changes) body = withValueAt(body, pointer, valueOf(text));
  if (typeof body !== "object" || body === null) {
    throw new UsageError("The body has to be a JSON object or array for --set.");
  }
  return body;
}

function sampleOf(_provider: Provider<object>, _type: string | undefined): object {
  return {};
}

/** Makes the sample an event of its own, so that it is not taken for a duplicate of the last one. */
function fresh({ id, dedup }: Provider<object>, sample: object): object {
  const pointer = id !== undefined && "body" in id && !id.body.includes("*") ? id.body : undefined;
  const old = pointer === undefined ? undefined : valueAt(sample, pointer);
  if (pointer !== undefined && typeof old === "string") {
    return withValueAt(sample, pointer, freshId(old)) as object;
  }
  // Events without an id are told apart by their bodies.
  return dedup === "id" ? sample : { ...sample, sample_id: freshId(undefined) };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown;
  } catch {
    throw new UsageError("--set changes a JSON body, and this one is not JSON.");
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
