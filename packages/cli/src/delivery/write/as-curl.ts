import type { Captured } from "../captured.ts";
import { plainText, portableHeaders } from "./portable-headers.ts";

/** The longest text that is written into the command; longer arguments are refused by some systems. */
const MAX_ARGUMENT_LENGTH = 100_000;

/**
 * Writes a delivery as a `curl` command for a POSIX shell, which sends the same bytes. A body that is no plain text, or is long, is piped in
 * as base64.
 */
export function asCurl({ method, url, headers, body }: Captured): string {
  const text = plainText(body);
  const inArguments = text !== undefined && text.length <= MAX_ARGUMENT_LENGTH;
  const lines = [`curl -sS -i -X ${quoted(method)} ${quoted(url)}`];
  const sent = portableHeaders(headers);
  for (const [name, value] of sent) {
    lines.push(
      value === "" ? `-H ${quoted(`${name};`)}` : `-H ${quotedBytes(`${name}: ${value}`)}`,
    );
  }
  // curl calls a body without a type a form.
  if (body.length > 0 && !sent.some(([name]) => /^content-type$/i.test(name))) {
    lines.push("-H 'Content-Type:'");
  }
  if (inArguments && body.length > 0) lines.push(`--data-raw ${quoted(text)}`);
  if (!inArguments) lines.push("--data-binary @-");
  const command = lines.join(" \\\n  ");
  if (inArguments) return command;
  return `printf %s '${Buffer.from(body).toString("base64")}' | base64 -d | ${command}`;
}

function quoted(text: string): string {
  return /^[\w./:=?&%-]+$/.test(text) && !/[?&=]/.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a header whose characters are bytes; those beyond ASCII are written by printf, so that the shell's encoding plays no part. */
function quotedBytes(text: string): string {
  if (/^[\t\x20-\x7e]*$/.test(text)) return quoted(text);
  const escaped = text.replaceAll(/[^\x20-\x7e]|[\\%]/g, (character) =>
    character === "%" ? "%%" : `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `"$(printf ${quoted(escaped)})"`;
}
