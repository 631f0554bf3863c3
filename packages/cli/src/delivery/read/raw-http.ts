import { UsageError } from "../../base/usage-error.ts";
import { type Captured, headerValue, type HeaderPairs } from "../captured.ts";

/** Tells whether a text begins like an HTTP/1 request. */
export function isRawHttp(text: string): boolean {
  return /^[A-Z]+ \S+ HTTP\/\d(\.\d)?\r?\n/.test(text);
}

/**
 * Reads a raw HTTP/1 request. The head may have bare line feeds; the body is taken byte for byte.
 *
 * @param text each character is one byte
 */
export function readRawHttp(text: string): Captured {
  const [gap] = /\r?\n\r?\n/.exec(text) ?? [];
  const headEnd = gap === undefined ? text.length : text.indexOf(gap);
  const [requestLine = "", ...lines] = text.slice(0, headEnd).split(/\r?\n/);
  const [method = "", target = ""] = requestLine.split(" ");
  const headers = readHeaderLines(lines);
  const rest = text.slice(headEnd + (gap?.length ?? 0));
  return {
    receivedAtMs: Number.NaN,
    method,
    url: urlOf(target, headers),
    headers,
    body: Buffer.from(bodyOf(rest, headers), "latin1"),
  };
}

/**
 * Reads lines of `Name: value`.
 *
 * @throws UsageError with the line that is none
 */
export function readHeaderLines(lines: readonly string[]): HeaderPairs {
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name, value] =
        /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*\r?$/.exec(line) ?? [];
      if (name === undefined || value === undefined) {
        throw new UsageError(`"${line.slice(0, 40)}" is not a header line: write "Name: value".`);
      }
      return [name, value];
    });
}

function urlOf(target: string, headers: HeaderPairs): string {
  if (/^https?:\/\//i.test(target)) return target;
  const host = headerValue(headers, "host") ?? "localhost";
  const isLocal = /^(localhost|127\.|\[::1\])/.test(host);
  const scheme = headerValue(headers, "x-forwarded-proto") ?? (isLocal ? "http" : "https");
  return `${scheme}://${host}${target}`;
}

function bodyOf(rest: string, headers: HeaderPairs): string {
  if (/\bchunked\b/i.test(headerValue(headers, "transfer-encoding") ?? "")) {
    return dechunked(rest) ?? rest;
  }
  const length = Number(headerValue(headers, "content-length"));
  // Editors end a file with a line break, which was never sent.
  return /^\r?\n$/.test(rest.slice(length)) ? rest.slice(0, length) : rest;
}

/** Undoes the chunked transfer coding; undefined if the text is not chunked (tools often show it decoded). */
function dechunked(text: string): string | undefined {
  let body = "";
  let at = 0;
  for (;;) {
    const [line, size] = /^([0-9a-f]+)[^\r\n]*\r?\n/i.exec(text.slice(at, at + 1024)) ?? [];
    if (line === undefined || size === undefined) return undefined;
    const length = Number.parseInt(size, 16);
    if (length === 0) return body;
    at += line.length;
    if (at + length > text.length) return undefined;
    body += text.slice(at, at + length);
    at += length + (text.startsWith("\r\n", at + length) ? 2 : 1);
  }
}
