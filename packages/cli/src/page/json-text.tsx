import type { ComponentChild } from "preact";

/** How much is coloured; more would make the page slow. */
const MAX_COLOURED = 100_000;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Indents JSON without reading its values, so that numbers stay as they were sent.
 *
 * @returns undefined if the text is not JSON
 */
export function prettyJson(text: string): readonly ComponentChild[] | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const out: ComponentChild[] = [];
  const colour = text.length <= MAX_COLOURED;
  let depth = 0;
  const tokens = text.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1] ?? "";
    const line = `\n${"  ".repeat(depth)}`;
    if (token === "{" || token === "[") {
      const isEmpty = next === "}" || next === "]";
      if (!isEmpty) depth++;
      out.push(token, isEmpty ? "" : `\n${"  ".repeat(depth)}`);
    } else if (token === "}" || token === "]") {
      const before = tokens[index - 1] ?? "";
      const isEmpty = before === "{" || before === "[";
      if (!isEmpty) depth--;
      out.push(isEmpty ? token : `\n${"  ".repeat(depth)}${token}`);
    } else if (token === ",") out.push(`,${line}`);
    else if (token === ":") out.push(": ");
    else out.push(colour ? <span class={classOf(token, next)}>{token}</span> : token);
  }
  return out;
}

function classOf(token: string, next: string): string {
  if (!token.startsWith('"')) return "json-other";
  return next === ":" ? "json-key" : "json-string";
}
