import type { Provider } from "@countersign/core";
import { fixture, fixtureTypes } from "@countersign/sender/testing";
import { withValueAt } from "../base/json-pointer.ts";
import { UsageError } from "../base/usage-error.ts";
import { freshId } from "./resign.ts";

/** Values by JSON pointer; each is read as JSON, or else taken as text. */
export type BodyChanges = readonly (readonly [pointer: string, value: string])[];

/** Returns the type of event that is meant: the given one, or the first of which there is a sample. */
export function sampleType(
  provider: Provider<object>,
  type: string | undefined,
): string | undefined {
  return type ?? fixtureTypes(provider)[0];
}

/** Tells whether there is a sample of an event. */
export function hasSample(provider: Provider<object>, type: string | undefined): boolean {
  return type !== undefined && fixtureTypes(provider).includes(type);
}

/** Makes the body of a new event: a sample of its type, or where there is none a body that is like no other. */
export function sampleBody(provider: Provider<object>, type: string | undefined): object | string {
  if (type !== undefined && hasSample(provider, type)) {
    return fixture(provider as Provider, type) as object;
  }
  const format = provider.body?.format ?? "json";
  if (format === "text" || format === "bytes") return `sample ${freshId(undefined)}`;
  // `sign` fills in the id where the provider has one; other events are told apart by their bodies.
  return provider.dedup === "id" ? {} : { sample_id: freshId(undefined) };
}

/** Tells whether the provider sends this type as the field of a form: Slack its interactions. */
export function isSentAsForm({ name }: Provider<object>, type: string | undefined): boolean {
  return name === "slack" && /^(block_|message_action|shortcut|view_)/.test(type ?? "");
}

/**
 * Changes places of a JSON body.
 *
 * @param body bytes are read as JSON
 * @throws UsageError if it is not JSON
 */
export function changedBody(
  body: Uint8Array | object | string,
  changes: BodyChanges,
): Uint8Array | object | string {
  if (changes.length === 0) return body;
  let json: unknown = body instanceof Uint8Array ? jsonOf(body) : body;
  for (const [pointer, text] of changes) json = withValueAt(json, pointer, valueOf(text));
  if (typeof json === "object" && json !== null) return json;
  throw new UsageError("The body has to be a JSON object or array for --set.");
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
