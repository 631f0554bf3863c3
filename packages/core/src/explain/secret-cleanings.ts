import { fromBase64, fromHex } from "../base/bytes.ts";
import { parsedJson, percentDecoded } from "./decoding.ts";
import type { FindingCode } from "./finding.ts";

/** One thing that shells, files and forms do to a secret, and how to undo it. */
export interface SecretCleaning {
  readonly code: FindingCode;
  /** Continues "The signature fits the secret". */
  readonly says: string;
  readonly remedy: string;
  /** The texts that the secret may have been; what it leaves alone is not tried twice. */
  readonly undo: (text: string) => readonly (string | undefined)[];
}

const TRIM =
  "Trim the secret where it is read: a file ends with a newline, and a copied text with a space.";
const QUOTES =
  "Take the quotes off: an env file or a container's configuration may keep them as part of the value.";
const AT_PROVIDER = "Save it again at the provider without white space at its end.";
/** Said of a secret that is base64 or hex of readable text. */
export const ENCODED_ONCE_MORE: string =
  "Give the secret as the provider shows it. The `data` of a Kubernetes Secret is base64: use `stringData`, or decode it first.";

/** As `printf` and JSON write it. */
const LINE_END_AS_TEXT = /(?:\\[nr])+$/;
const MAX_JSON_VALUES = 20;

const unquoted = (text: string): string => text.replace(/^(["'`])(.*)\1$/s, "$2");

/** The likeliest first. */
export const SECRET_CLEANINGS: readonly SecretCleaning[] = [
  {
    code: "secret_whitespace",
    says: "without the white space around it.",
    remedy: TRIM,
    undo: (text) => [text.trim()],
  },
  {
    code: "secret_whitespace",
    says: "without the white space in it, which may be invisible.",
    remedy: TRIM,
    undo: (text) => [text.replaceAll(/[\s\u200b-\u200f\u2060]/g, "")],
  },
  {
    code: "secret_whitespace",
    says: 'without the "\\n" at its end, which is two characters and no newline.',
    remedy: TRIM,
    undo: (text) => [text.trim().replace(LINE_END_AS_TEXT, "")],
  },
  {
    code: "secret_quoted",
    says: "without the quotes around it.",
    remedy: QUOTES,
    undo: (text) => [unquoted(text.trim()).replace(LINE_END_AS_TEXT, "").trim()],
  },
  {
    code: "secret_quoted",
    says: "without the typographic quotes around it.",
    remedy: "Write plain quotes: a word processor or chat has replaced them.",
    undo: (text) => [text.trim().replaceAll(/^[“”„‘’«»]+|[“”‘’«»]+$/g, "")],
  },
  {
    code: "secret_quoted",
    says: "without the quote at its end.",
    remedy: QUOTES,
    undo: (text) => [text.trim().replace(/^["'`]|["'`;,]$/g, "")],
  },
  {
    code: "secret_quoted",
    says: "without the name of the variable before it.",
    remedy: "Give the value alone, without NAME= before it.",
    undo: (text) => [
      unquoted(text.trim().replace(/^(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*(?=.)/, "")),
    ],
  },
  {
    code: "secret_wrapped",
    says: "taken out of the JSON around it.",
    remedy:
      "Parse what the secrets manager returns, and pass the value of the field: JSON.parse(text).YOUR_FIELD.",
    undo: valuesInJson,
  },
  {
    code: "secret_wrapped",
    says: "without the name and the colon before it.",
    remedy: "Give the value alone: this is a whole line of YAML.",
    undo: (text) => [unquoted(text.trim().replace(/^[\w.-]+\s*:\s+/, ""))],
  },
  {
    code: "secret_wrapped",
    says: "without the comment behind it.",
    remedy: 'Remove the comment: some readers of env files keep what follows "#" on the line.',
    undo: (text) => [unquoted(text.replace(/\s+(?:#|\/\/).*$/s, "").trim())],
  },
  {
    code: "secret_encoding",
    says: "with its percent-encoding undone.",
    remedy: "Decode it where it is read: it was copied out of a URL.",
    undo: (text) => [percentDecoded(text)],
  },
  {
    code: "secret_encoding",
    says: 'with each "$$" read as "$".',
    remedy: 'Write "$" once: only Docker Compose files and Makefiles need it twice.',
    undo: (text) => [text.replaceAll("$$", "$")],
  },
  {
    code: "secret_encoding",
    says: "without the backslashes in it.",
    remedy: "Remove the backslashes: within single quotes a shell keeps them.",
    undo: (text) => [text.replaceAll(/\\([^nr\w])/g, "$1")],
  },
  {
    code: "secret_encoding",
    says: "decoded from base64, in which it was put once more.",
    remedy: ENCODED_ONCE_MORE,
    undo: (text) => [readable(fromBase64(text.replaceAll(/\s/g, "")))],
  },
  {
    code: "secret_encoding",
    says: "decoded from hex, in which it was put once more.",
    remedy: ENCODED_ONCE_MORE,
    undo: (text) => [readable(fromHex(text.trim()))],
  },
  ...(
    [
      ["a newline", "\n"],
      ["a newline", "\r\n"],
      ["a space", " "],
    ] as const
  ).map(([shown, end]): SecretCleaning => ({
    code: "secret_whitespace",
    says: `with ${shown} at its end, as the provider must have stored it.`,
    remedy: AT_PROVIDER,
    undo: (text) => [text + end],
  })),
];

/** Returns the text in bytes that are nothing but printable ASCII; undefined for any others. */
export function readable(bytes: Uint8Array | undefined): string | undefined {
  const text = bytes && String.fromCharCode(...bytes).trim();
  return text !== undefined && /^[!-~]+$/.test(text) ? text : undefined;
}

function valuesInJson(text: string): readonly string[] {
  if (!/^\s*[[{"]/.test(text)) return [];
  const found: string[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (found.length === MAX_JSON_VALUES || depth > 3) return;
    if (typeof value === "string") found.push(value);
    else if (typeof value === "object" && value !== null) {
      for (const inner of Object.values(value)) visit(inner, depth + 1);
    }
  };
  visit(parsedJson(text), 0);
  return found;
}
