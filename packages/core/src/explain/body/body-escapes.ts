import { fromHex, toHex } from "../../base/bytes.ts";
import type { FindingCode } from "../finding.ts";
import { type BodyVariant, but } from "./body-variant.ts";
import { parsedJson, percentDecoded } from "../decoding.ts";
import type { ReceivedBody } from "./received-body.ts";

/** One way in which something encodes or decodes a whole body, and how to undo it. */
interface Escape {
  readonly code: FindingCode;
  /** Continues "The signature fits the body". */
  readonly says: string;
  /** Returns the text that was signed; undefined, or the same text, where this was not done. */
  readonly undo: (text: string) => string | undefined;
}

const CHARACTERS: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
/** The ways in which languages write an apostrophe in HTML. */
const APOSTROPHES = ["&#39;", "&#039;", "&#x27;", "'"];

const inHtml = (text: string, apostrophe: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", apostrophe);

const isPercentEncodedJson = (text: string): boolean => /^[^\s{"]*%(?:7B|5B)/i.test(text);

const ESCAPES: readonly Escape[] = [
  {
    code: "body_escaped",
    says: "before its special characters were escaped for HTML",
    undo: (text) =>
      text.replaceAll(
        /&(amp|lt|gt|quot|apos|#0?34|#0?39|#x27);/g,
        (_, name: string) => CHARACTERS[name] ?? (name.endsWith("34") ? '"' : "'"),
      ),
  },
  {
    code: "body_escaped",
    says: 'before each "&" became "&amp;"',
    undo: (text) => text.replaceAll("&amp;", "&"),
  },
  {
    code: "body_escaped",
    says: 'with each "&" written as "&amp;"',
    undo: (text) => text.replaceAll("&", "&amp;"),
  },
  ...APOSTROPHES.map((apostrophe, place): Escape => ({
    code: "body_escaped",
    says: "with its special characters escaped for HTML",
    // Without an apostrophe all are the same.
    undo: (text) => (place === 0 || text.includes("'") ? inHtml(text, apostrophe) : undefined),
  })),
  {
    code: "body_escaped",
    says: 'before each quote in it became \\"',
    undo: (text) =>
      /^\s*[{[]\s*\\"/.test(text) ? (parsedJson(`"${text}"`) as string | undefined) : undefined,
  },
  {
    code: "body_form_encoding",
    says: "before it was percent-encoded",
    undo: (text) => (isPercentEncodedJson(text) ? percentDecoded(text) : undefined),
  },
  {
    code: "body_form_encoding",
    says: 'before it was percent-encoded, with "+" for spaces',
    undo: (text) =>
      isPercentEncodedJson(text) ? percentDecoded(text.replaceAll("+", " ")) : undefined,
  },
];

/** Undoes what encodes or decodes a body as a whole: HTML, percent-encoding, hex, escaped quotes. */
export function* escapedBodies({ bytes, text }: ReceivedBody): Generator<BodyVariant> {
  for (const { code, says, undo } of text === undefined ? [] : ESCAPES) {
    const content = undo(text ?? "");
    if (content !== undefined && content !== text) yield but(code, content, says);
  }
  const unhexed = text === undefined || text.length < 2 ? undefined : fromHex(text.trim());
  if (unhexed) yield but("body_hex", unhexed, "before it was written in hex");
  yield but("body_hex", toHex(bytes), "written in hex, which was decoded");
}
