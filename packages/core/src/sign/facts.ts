import { configError } from "../base/errors.ts";
import type { Scheme, Source } from "../scheme/scheme.ts";
import { formatTimestamp } from "../scheme/timestamp.ts";
import type { SignMessage } from "./sign-options.ts";

/** Id, type or timestamp as the provider would write it, with its place; undefined where the message has none. */
export type Fact = readonly [Source, string | undefined];

/** Collects id, type and timestamp, each with its place in the delivery. */
export function factsOf(scheme: Scheme, message: SignMessage, nowMs: number): readonly Fact[] {
  const { id, type, timestamp, definition } = scheme;
  const generatedId = (): string | undefined =>
    id === undefined || id.kind === "body"
      ? undefined
      : `msg_${crypto.randomUUID().replaceAll("-", "")}`;
  const at = message.timestamp === undefined ? nowMs : Number(message.timestamp);
  if (Number.isNaN(new Date(at).getTime())) {
    throw configError(
      `${definition.name}: the timestamp is not a valid date. Give a Date, or milliseconds since 1970.`,
    );
  }
  const facts: [Source | undefined, string | undefined][] = [
    [id, message.id ?? generatedId()],
    [type, message.type],
    [timestamp, definition.timestamp && formatTimestamp(at, definition.timestamp.unit)],
  ];
  return facts.filter((fact): fact is [Source, string | undefined] => fact[0] !== undefined);
}
