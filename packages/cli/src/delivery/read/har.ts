import { UsageError } from "../../base/usage-error.ts";
import type { Captured } from "../captured.ts";

interface HarEntry {
  readonly startedDateTime?: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly postData?: { readonly text?: string; readonly encoding?: string };
  };
}

/** Tells whether a JSON value is a HAR file, or one entry of one. */
export function isHar(value: unknown): boolean {
  return entriesOf(value).length > 0;
}

/**
 * Reads one entry of a HAR file.
 *
 * @param index counted from 0; default: the last entry with a body
 * @throws UsageError if there is no such entry
 */
export function readHar(value: unknown, index: number | undefined): Captured {
  const entries = entriesOf(value);
  const entry =
    index === undefined
      ? (entries.findLast(({ request }) => request.postData !== undefined) ?? entries.at(-1))
      : entries[index];
  if (entry === undefined) {
    throw new UsageError(`The HAR file has ${entries.length} entries, counted from 0.`);
  }
  const { startedDateTime = "", request } = entry;
  const { text = "", encoding } = request.postData ?? {};
  return {
    receivedAtMs: Date.parse(startedDateTime),
    method: request.method,
    url: request.url,
    // HTTP/2 has pseudo-headers such as `:authority`.
    headers: request.headers
      .filter(({ name }) => !name.startsWith(":"))
      .map(({ name, value: written }): [string, string] => [name, written]),
    body: Buffer.from(text, encoding === "base64" ? "base64" : "utf8"),
  };
}

function entriesOf(value: unknown): readonly HarEntry[] {
  const { log, request } = (value ?? {}) as {
    readonly log?: { readonly entries?: unknown };
    readonly request?: unknown;
  };
  const entries = Array.isArray(log?.entries)
    ? (log.entries as readonly unknown[])
    : request === undefined
      ? []
      : [value];
  return entries.filter((entry): entry is HarEntry => {
    const { method, url, headers } = (entry as Partial<HarEntry>).request ?? {};
    return typeof method === "string" && typeof url === "string" && Array.isArray(headers);
  });
}
