import { fromHex, textIfUtf8, toHex, utf8 } from "../../base/bytes.ts";
import type { FindingCode } from "../finding.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";

/** One way in which something encodes or decodes a whole body, and how to undo it. */
interface Escape {
  readonly code: FindingCode;
  /** Continues "The signature fits the body". */
  readonly says: string;
  /** The text that was signed; undefined, or the same text, where this was not done. */
  readonly undo: (text: string) => string | undefined;
}

const HTML: readonly (readonly [character: string, entity: string])[] = [
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
];
const HTML_ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#34;": '"',
  "&#39;": "'",
  "&#039;": "'",
  "&#x27;": "'",
  "&apos;": "'",
};
const escapeHtml = (text: string, apostrophe: string): string => {
  let escaped = text;
  for (const [character, entity] of HTML) escaped = escaped.replaceAll(character, entity);
  return escaped.replaceAll("'", apostrophe);
};

const ESCAPES: readonly Escape[] = [
  {
    code: "body_escaped",
    says: "before its special characters were escaped for HTML",
    undo: (text) =>
      text.replaceAll(/&(?:amp|lt|gt|quot|apos|#0?3[49]|#x27);/g, (it) => HTML_ENTITIES[it] ?? it),
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
  ...["&#39;", "&#039;", "&#x27;", "'"].map((apostrophe): Escape => ({
    code: "body_escaped",
    says: "with its special characters escaped for HTML",
    undo: (text) => escapeHtml(text, apostrophe),
  })),
  {
    code: "body_escaped",
    says: 'before each quote in it became \\"',
    undo: (text) => (/^\s*[{[]\s*\\"/.test(text) ? jsonText(text) : undefined),
  },
  {
    code: "body_form_encoding",
    says: "before it was percent-encoded",
    undo: (text) => (/^[^\s{"]*%(?:7B|5B)/i.test(text) ? percentDecoded(text) : undefined),
  },
  {
    code: "body_form_encoding",
    says: 'before it was percent-encoded, with "+" for spaces',
    undo: (text) =>
      /^[^\s{"]*%(?:7B|5B)/i.test(text) ? percentDecoded(text.replaceAll("+", " ")) : undefined,
  },
];

/** Bodies that something encoded or decoded as a whole: HTML, percent-encoding, hex, escaped quotes, UTF-16. */
export function* escapedBodies(body: Uint8Array): Generator<BodyVariant> {
  const text = textIfUtf8(body);
  if (text !== undefined) {
    for (const { code, says, undo } of ESCAPES) {
      const signed = undo(text);
      if (signed !== undefined && signed !== text) yield variant(code, utf8(signed), says);
    }
    const bytes = text.length >= 2 ? fromHex(text.trim()) : undefined;
    if (bytes) yield variant("body_hex", bytes, "before it was written in hex");
    for (const isLittle of [true, false]) {
      const wide = utf16Of(text, isLittle);
      const says = `in UTF-16 (${isLittle ? "little" : "big"} endian), which became UTF-8`;
      yield variant("body_charset", wide, says);
      const mark = isLittle ? [0xff, 0xfe] : [0xfe, 0xff];
      yield variant("body_charset", Uint8Array.from([...mark, ...wide]), says);
    }
  }
  for (const label of ["utf-16le", "utf-16be"]) {
    const narrow = fromUtf16(body, label);
    if (narrow !== undefined)
      yield variant("body_charset", utf8(narrow), "in UTF-8, which became UTF-16");
  }
  yield variant("body_hex", utf8(toHex(body)), "written in hex, which was decoded");
}

function variant(code: FindingCode, bytes: Uint8Array, says: string): BodyVariant {
  const evidence = `The signature fits the body ${says} (${bytes.length} bytes were signed).`;
  return { bytes, mistake: { code, evidence, remedy: KEEP_THE_BYTES } };
}

function jsonText(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function utf16Of(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), isLittle);
  return bytes;
}

/** The text of UTF-16; undefined where the bytes don't look like it: every second one of ASCII is 0. */
function fromUtf16(body: Uint8Array, label: string): string | undefined {
  if (body.length % 2 !== 0 || !body.subarray(0, 8).includes(0)) return undefined;
  try {
    return new TextDecoder(label, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
