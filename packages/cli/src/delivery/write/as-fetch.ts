import type { Captured } from "../captured.ts";
import { plainText, portableHeaders } from "./portable-headers.ts";

/** Writes a delivery as a call of `fetch` for Node, Bun and Deno, which sends the same bytes. */
export function asFetch(delivery: Captured): string {
  const { method, url, headers, body } = delivery;
  const init = [
    `  method: ${literal(method)},`,
    `  headers: [`,
    ...portableHeaders(headers).map(
      ([name, value]) => `    [${literal(name)}, ${literal(value)}],`,
    ),
    `  ],`,
    ...(body.length > 0 ? [`  body: ${bodyExpression(body)},`] : []),
  ];
  return `const response = await fetch(${literal(url)}, {\n${init.join("\n")}\n});\nconsole.log(response.status, await response.text());`;
}

/** Writes the body as an expression: text where it is plain text, else bytes from base64. */
function bodyExpression(body: Uint8Array): string {
  const text = plainText(body);
  if (text !== undefined) return literal(text);
  return `Buffer.from(${literal(Buffer.from(body).toString("base64"))}, "base64")`;
}

/** Writes a text as a JavaScript literal that is also safe inside of HTML. */
function literal(text: string): string {
  return JSON.stringify(text)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}
