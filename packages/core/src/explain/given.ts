import { latin1 } from "../base/bytes.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { readSignatures, textsOf } from "../scheme/signature-header.ts";
import { formMistakes, readDigest } from "./digest-forms.ts";
import { type FindingCode, type Mistake, quoted, rightBut } from "./finding.ts";
import { headerPairs } from "./header-pairs.ts";

/** A signature as somebody gave it, whatever it is written like. */
export interface Given {
  /** Lower-case hex; shorter than 64 characters where it was cut. */
  readonly digest: string;
  /** The parts of its header. */
  readonly parts: ReadonlyMap<string, string>;
  /** The deviations from the definition. */
  readonly mistakes: readonly Mistake[];
}

const MAX_GIVEN = 64;
const MAX_TOKENS = 32;

/** Headers that carry no signatures, and much else. */
const NOT_SIGNATURES =
  /^(accept|cookie|connection|content-|host$|user-agent$|via$|x-forwarded|x-request-id$)/;

/** Ways in which a right signature stands in its header. */
const IN_HEADER = {
  layout: [
    "signature_layout",
    "the header is not laid out as the definition says",
    "Look at separators, quotes and names of parts in the header as it arrives, and set signature.list, pairs or positions to them.",
  ],
  doubled: [
    "signature_layout",
    "it is there twice: the header arrived doubled",
    "Have the proxy in front set the header once: one that adds a header without replacing it makes it two. It is no list of signatures, so don't set signature.list.",
  ],
  several: [
    "signature_layout",
    "it stands among several, which are not parted as the definition says",
    "Set signature.list to what parts them; a header that came several times is joined with commas.",
  ],
  quoted: [
    "signature_quoted",
    "it stands in quotes",
    "Have what is in front pass the header on as it came: a template or a mapping there has put quotes around it. They are no prefix.",
  ],
  plus: [
    "signature_encoding",
    'each "+" in it arrived as a space',
    "Something decodes the header as if it were part of a URL or form: pass it on as it came.",
  ],
} as const satisfies Record<string, readonly [FindingCode, string, string]>;

function inHeader(how: keyof typeof IN_HEADER, header: string): Mistake {
  const [code, but, remedy] = IN_HEADER[how];
  return rightBut(code, `${but} (${header})`, remedy);
}

/**
 * Finds everything in the headers that may be a signature, the least deviating first: what the definition describes, what stands in
 * its header in another form, and what stands in other headers.
 */
export function givenSignatures(scheme: Scheme, headers: HeadersLike): Given[] {
  const found = new Map<string, Given>();
  for (const given of allGiven(scheme, headers)) {
    const name = `${given.digest} ${JSON.stringify([...given.parts])}`;
    const before = found.get(name);
    if (before === undefined || before.mistakes.length > given.mistakes.length)
      found.set(name, given);
    if (found.size >= MAX_GIVEN) break;
  }
  return [...found.values()].toSorted((a, b) => a.mistakes.length - b.mistakes.length);
}

function* allGiven(scheme: Scheme, headers: HeadersLike): Generator<Given> {
  for (const header of scheme.headers) {
    const value = headerOf(headers, header);
    if (value === undefined) continue;
    const strict = readSignatures(scheme, value);
    const asDefined = new Set<string>();
    for (const group of typeof strict === "string" ? [] : strict) {
      for (const text of textsOf(group)) {
        const written = readDigest(text);
        if (written === undefined || formMistakes(scheme, written).length > 0) continue;
        asDefined.add(written.digest);
        yield { digest: written.digest, parts: group.parts, mistakes: [] };
      }
    }
    yield* plusesRestored(scheme, header, value);
    const loose = [...looseSignatures(scheme, header, value)];
    for (const given of loose) {
      const isAsDefined = asDefined.has(given.digest);
      const isDoubled = loose.some((one) => one !== given && one.digest === given.digest);
      if (isDoubled && !isAsDefined) yield { ...given, mistakes: [inHeader("doubled", header)] };
      else if (given.mistakes.length > 0) yield given;
      else if (!isAsDefined) yield { ...given, mistakes: [inHeader("layout", header)] };
    }
  }
  for (const [header, value] of headerPairs(headers)) {
    if (scheme.headers.includes(header) || NOT_SIGNATURES.test(header)) continue;
    for (const given of looseSignatures(scheme, header, value)) {
      if (given.digest.length < 64) continue;
      const other = rightBut(
        "signature_header",
        `it stands in the header ${quoted(header)}, where the definition says ${scheme.headers.join(" or ")}`,
        `Set signature.header to the header that ${scheme.definition.name} sends, or stop the proxy in front from renaming it.`,
      );
      yield { ...given, mistakes: [other, ...given.mistakes] };
    }
  }
}

/** The 43 characters before the padding of a signature in base64. */
const BASE64_WITH_SPACES = /[A-Za-z0-9+/ ]{43}=/g;

/** Finds signatures in base64 whose `+` arrived as a space: something decoded the header as a form. */
function* plusesRestored(scheme: Scheme, header: string, value: string): Generator<Given> {
  const restored = value.replace(BASE64_WITH_SPACES, (text) => text.replaceAll(" ", "+"));
  if (restored === value) return;
  for (const given of looseSignatures(scheme, header, restored)) {
    yield { ...given, mistakes: [inHeader("plus", header), ...given.mistakes] };
  }
}

/** Finds signatures anywhere in a header's value. */
function* looseSignatures(scheme: Scheme, header: string, value: string): Generator<Given> {
  const { pairs, positions, prefix = "" } = scheme.definition.signature;
  const parts = looseParts(scheme, value);
  const otherSeparator = positions !== undefined && !value.includes(positions.separator);
  let end = 0;
  let tokens = 0;
  for (const match of value.matchAll(/[^\s,;&"'<>]+/g)) {
    if (tokens++ > MAX_TOKENS) return;
    const [token] = match;
    for (const start of startsIn(token)) {
      const written = readDigest(token.slice(start));
      if (written === undefined) continue;
      const expected = pairs === undefined ? prefix : `${pairs.signature}=${prefix}`;
      const lead =
        pairs === undefined
          ? leadOf(scheme, value.slice(end, match.index + start))
          : token.slice(0, start);
      yield {
        digest: written.digest,
        parts,
        mistakes: [
          ...(otherSeparator
            ? [inHeader("layout", header)]
            : leadMistakes(scheme, header, lead.trim(), expected.trim())),
          ...formMistakes(scheme, written),
        ],
      };
      end = match.index + token.length;
      break;
    }
  }
}

/** Returns the part of the text before a signature that belongs to it, and not to its neighbours. */
function leadOf({ definition }: Scheme, before: string): string {
  const { list, positions, prefix = "", scheme: start = "" } = definition.signature;
  const separator = list ?? positions?.separator;
  const own = before.startsWith(start) ? before.slice(start.length) : before;
  if (separator === undefined || prefix.includes(separator)) return own;
  return own.slice(own.lastIndexOf(separator) + separator.length);
}

/** Returns the places in a token where a digest may begin: at its start, or behind something like `sha256=`. */
function startsIn(token: string): number[] {
  const starts = [0];
  // The last characters may be padding.
  for (const { index } of token.slice(0, -2).matchAll(/[=:.]/g)) {
    if (starts.push(index + 1) > 4) break;
  }
  return starts;
}

/** Says what is wrong with the text before a signature, its `lead`. */
function leadMistakes(scheme: Scheme, header: string, lead: string, expected: string): Mistake[] {
  const { pairs, positions, prefixOptional = false } = scheme.definition.signature;
  const fits = (text: string): boolean => text === expected || (text === "" && prefixOptional);
  if (fits(lead)) return [];
  if (fits(lead.replaceAll(/["'`]/g, ""))) return [inHeader("quoted", header)];
  // Behind another signature: the one before it ends with a separator, which is no part of this one's prefix.
  if (fits(lead.replace(/^[,;\s]+/, "")) && !pairs && !positions)
    return [inHeader("several", header)];
  // Never enough of it to hold another signature.
  const shown = quoted(lead.slice(0, 16));
  const defined = expected === "" ? "no prefix" : `the prefix ${quoted(expected)}`;
  if (pairs !== undefined && lead.includes("=")) {
    return [
      rightBut(
        "signature_part",
        `it stands behind ${shown}, where the definition says ${quoted(expected)}`,
        "Set signature.pairs.signature to the name that the provider uses, or use its preset.",
      ),
    ];
  }
  const isDoubled = expected !== "" && lead === expected + expected;
  const what = isDoubled ? "its prefix is there twice" : `it stands behind ${shown}`;
  return [
    rightBut(
      "signature_prefix",
      `${lead === "" ? "it has no prefix" : what}, where the definition says ${defined}`,
      isDoubled
        ? "Something on the way adds the prefix once more: have it pass the header on as it came."
        : "Set signature.prefix to what the provider sends, or have what is in front pass the header on as it came.",
    ),
  ];
}

function looseParts(scheme: Scheme, value: string): ReadonlyMap<string, string> {
  const { positions, scheme: start = "" } = scheme.definition.signature;
  const rest = value.startsWith(start) ? value.slice(start.length) : value;
  const parts = new Map<string, string>();
  if (positions !== undefined) {
    const separator = rest.includes(positions.separator) ? positions.separator : /[,;:&|\s]+/;
    for (const [index, part] of rest.split(separator, MAX_TOKENS).entries()) {
      const name = positions.names[index];
      if (name !== undefined) parts.set(name, part.trim());
    }
    return parts;
  }
  for (const part of rest.split(/[,;&\s"']+/, MAX_TOKENS)) {
    const at = part.indexOf("=");
    const name = part.slice(0, at);
    const text = part.slice(at + 1);
    if (at > 0 && !parts.has(name) && latin1(text)) parts.set(name, text);
  }
  return parts;
}
