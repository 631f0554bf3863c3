import { verify } from "@countersign/core";
import type { Captured } from "./captured.ts";
import type { VerifyWith } from "./judge.ts";

/** The first difference between the signed body and the received one. */
export interface ByteDifference {
  /** The place of the first byte that differs. */
  readonly at: number;
  /** The change that was made to the signed bytes. */
  readonly change: string;
  readonly signed: string;
  readonly received: string;
}

const CONTEXT = 24;

/** Ways in which a body is changed on its way, each with how to undo it. */
const CHANGES: readonly (readonly [change: string, undo: (text: string) => string])[] = [
  ["a line break at the end was taken off", (text) => `${text}\n`],
  ["a line break at the end was added", (text) => text.replace(/\r?\n$/, "")],
  ["line breaks were changed from CRLF to LF", (text) => text.replaceAll(/\r?\n/g, "\r\n")],
  ["line breaks were changed from LF to CRLF", (text) => text.replaceAll("\r\n", "\n")],
  ["a byte order mark was taken off", (text) => `\ufeff${text}`],
  ["JSON was written again without spaces", (text) => spaced(text, ", ", ": ")],
  [
    "JSON was written again without indentation",
    (text) => JSON.stringify(JSON.parse(text), null, 2),
  ],
  [
    "JSON was written again without indentation",
    (text) => JSON.stringify(JSON.parse(text), null, 4),
  ],
  [
    "JSON was written again without indentation",
    (text) => JSON.stringify(JSON.parse(text), null, "\t"),
  ],
  ["JSON was written again with spaces", (text) => JSON.stringify(JSON.parse(text))],
  [
    "escapes in JSON were written as characters",
    (text) => escaped(JSON.stringify(JSON.parse(text))),
  ],
  ["escaped slashes in JSON were written plainly", (text) => text.replaceAll("/", "\\/")],
  ["the JSON was put into a string", (text) => String(JSON.parse(text))],
  ["the body was encoded as base64", (text) => Buffer.from(text, "base64").toString("utf8")],
];

/**
 * Finds where the bytes that were signed and those that arrived part, if one of the usual changes undone makes the signature verify.
 *
 * @returns undefined if none does
 */
export async function byteDifference(
  delivery: Captured,
  options: VerifyWith,
): Promise<ByteDifference | undefined> {
  const text = Buffer.from(delivery.body).toString("utf8");
  const now = (): number => delivery.receivedAtMs;
  for (const [change, undo] of CHANGES) {
    const signed = undone(text, undo);
    if (signed === undefined || signed.equals(delivery.body)) continue;
    try {
      await verify({ ...delivery, body: signed }, { ...options, now });
      return { change, ...firstDifference(signed, delivery.body) };
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function undone(text: string, undo: (text: string) => string): Buffer | undefined {
  try {
    return Buffer.from(undo(text));
  } catch {
    return undefined;
  }
}

function firstDifference(signed: Uint8Array, received: Uint8Array): Omit<ByteDifference, "change"> {
  let at = 0;
  while (at < signed.length && at < received.length && signed[at] === received[at]) at++;
  const around = (bytes: Uint8Array): string =>
    Buffer.from(bytes.subarray(Math.max(0, at - CONTEXT), at + CONTEXT)).toString("latin1");
  return { at, signed: around(signed), received: around(received) };
}

/** Writes JSON as Python and others do: with a space behind each comma and colon. */
function spaced(text: string, comma: string, colon: string): string {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(comma)}]`;
    if (typeof value !== "object" || value === null) return escaped(JSON.stringify(value));
    return `{${Object.entries(value)
      .map(([key, each]) => `${escaped(JSON.stringify(key))}${colon}${write(each)}`)
      .join(comma)}}`;
  };
  return write(JSON.parse(text));
}

/** Escapes all that is not ASCII. */
function escaped(json: string): string {
  return json.replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
