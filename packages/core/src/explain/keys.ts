import { fromBase64, fromHex, textIfUtf8, toBase64, toHex, utf8 } from "../base/bytes.ts";
import type { SecretDefinition } from "../scheme/definition.ts";
import * as backend from "#crypto";
import type { HmacKey } from "../hmac/backend.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { decodeSecret } from "../secrets/secret.ts";
import type { Mistake } from "./finding.ts";
import { ENCODED_ONCE_MORE, readable, SECRET_CLEANINGS } from "./secret-cleanings.ts";
import { isBlank, type NamedSecret, WHSEC } from "./secrets.ts";

/** A key that may have signed, and what would be wrong with the configured secret then. */
export interface KeyVariant {
  readonly key: HmacKey;
  readonly mistakes: readonly Mistake[];
}

/** Prepares the key once it is tried; most never are: a search ends with the first that fits, or with its budget. */
function lazily(bytes: Uint8Array, mistakes: readonly Mistake[]): KeyVariant {
  let key: HmacKey | undefined;
  return {
    get key() {
      return (key ??= backend.prepareKey(bytes));
    },
    mistakes,
  };
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly mistakes: readonly Mistake[];
}

/** Beyond these, secrets are tried as they are. */
const MAX_VARIED = 20;

/** Returns all keys that the configured secrets may stand for, those with the fewest mistakes first, and each secret in its turn. */
export function keyVariants(
  scheme: Scheme,
  secrets: readonly NamedSecret[],
  nowMs: number,
): KeyVariant[] {
  const variants = new Map<string, KeyVariant>();
  const readings = secrets
    .flatMap((secret, place) =>
      readingsOf(scheme, secret, nowMs, place < MAX_VARIED).map(
        (reading, turn) => [reading, turn] as const,
      ),
    )
    .toSorted(([a, i], [b, j]) => a.mistakes.length - b.mistakes.length || i - j);
  for (const [{ bytes, mistakes }] of readings) {
    const name = toHex(bytes);
    if (!isBlank(bytes, scheme) && !variants.has(name)) {
      variants.set(name, lazily(bytes, mistakes));
    }
  }
  return [...variants.values()];
}

function readingsOf(
  scheme: Scheme,
  named: NamedSecret,
  nowMs: number,
  isVaried: boolean,
): Reading[] {
  const { secret, name } = named;
  const about = mistakeAbout(named, nowMs);
  const readings = !isVaried
    ? (typeof secret === "string" ? definedReading(scheme, secret) : [secret]).map(plainly)
    : typeof secret === "string"
      ? readingsOfText(scheme, secret, name)
      : readingsOfBytes(scheme, secret, name);
  return readings.map(({ bytes, mistakes }) => ({ bytes, mistakes: [...about, ...mistakes] }));
}

function plainly(bytes: Uint8Array): Reading {
  return { bytes, mistakes: [] };
}

/** Says what is wrong with a secret of which the text is right. */
function mistakeAbout(
  { name, other, notBeforeMs, notAfterMs }: NamedSecret,
  nowMs: number,
): Mistake[] {
  if (other) {
    return [
      {
        code: "secret_other",
        evidence: `The signature fits ${name}, which is not among the configured secrets.`,
        remedy: "Configure that secret for this endpoint; while both are in use, give a list.",
      },
    ];
  }
  if (nowMs >= notBeforeMs && nowMs <= notAfterMs) return [];
  const isEarly = nowMs < notBeforeMs;
  const edge = isEarly ? "notBefore" : "notAfter";
  const time = new Date(isEarly ? notBeforeMs : notAfterMs).toISOString();
  return [
    {
      code: "secret_inactive",
      evidence: `The signature fits ${name}, which is not in use now: its ${edge} is ${time}.`,
      remedy: `Move ${edge} of that secret, or rotate the secret at the provider.`,
    },
  ];
}

/** Reads a text, and the texts that it may have been before shells, files and forms changed it, in every way. */
function readingsOfText(scheme: Scheme, text: string, name: string): Reading[] {
  const texts = new Map<string, Mistake[]>([[text, []]]);
  for (const { code, says, remedy, undo } of SECRET_CLEANINGS) {
    for (const clean of undo(text)) {
      if (clean === undefined || isBlank(clean, scheme) || texts.has(clean)) continue;
      texts.set(clean, [{ code, evidence: `The signature fits ${name} ${says}`, remedy }]);
    }
  }
  return [...texts].flatMap(([clean, mistakes]) => {
    const asDefined = definedReading(scheme, clean).map((bytes) => ({ bytes, mistakes }));
    const others = otherReadings(scheme, clean, name).map((other) => ({
      bytes: other.bytes,
      mistakes: mistakes.concat(other.mistakes),
    }));
    return asDefined.concat(others);
  });
}

function definedReading(scheme: Scheme, text: string): readonly Uint8Array[] {
  try {
    return decodeSecret(scheme, text);
  } catch {
    return [];
  }
}

type Encoding = SecretDefinition["encoding"];

/** Takes the same text for something else than the definition says. */
function otherReadings(scheme: Scheme, text: string, name: string): Reading[] {
  const { prefix = "", encoding, withoutPrefix } = scheme.definition.secret ?? { encoding: "utf8" };
  const taken = [{ bare: text, how: "" }];
  for (const one of new Set([prefix, WHSEC].filter((known) => known !== ""))) {
    taken.push(
      text.startsWith(one)
        ? { bare: text.slice(one.length), how: `without "${one}"` }
        : { bare: one + text, how: `with "${one}" before it` },
    );
  }
  const prefixed = prefix !== "" && text.startsWith(prefix);
  const unprefixed = withoutPrefix === "refuse" ? undefined : (withoutPrefix ?? encoding);
  const defined: Encoding | undefined = prefixed || prefix === "" ? encoding : unprefixed;
  return taken.flatMap(({ bare, how }) =>
    decodings(bare).map(({ bytes, as, says }): Reading => {
      const isAsDefined = as === defined;
      if (isAsDefined && (prefixed ? how.startsWith("without") : how === "")) return plainly(bytes);
      const prefixSays = how === "" && prefixed ? `with "${prefix}" left on` : how;
      const parts = [prefixSays, isAsDefined ? "" : says].filter((part) => part !== "");
      const evidence = `The signature fits ${name} ${parts.join(", ")}.`;
      if (isAsDefined) {
        return { bytes, mistakes: [{ code: "secret_prefix", evidence, remedy: PREFIX_REMEDY }] };
      }
      const isEncodedText = (as === "base64" || as === "hex") && readable(bytes) !== undefined;
      const mistake: Mistake = {
        code: "secret_encoding",
        evidence: `${evidence} The definition says ${defined ?? "otherwise"}.`,
        remedy: isEncodedText ? ENCODED_ONCE_MORE : ENCODING_REMEDY,
      };
      return { bytes, mistakes: [mistake] };
    }),
  );
}

const PREFIX_REMEDY =
  "Give the secret whole, as the provider shows it, and set secret.prefix in the definition only where the prefix is not part of the key.";
const ENCODING_REMEDY =
  "Set secret.encoding (and secret.prefix) in the definition to how the provider means it, or use its preset; or give the final key bytes.";

function decodings(text: string): { bytes: Uint8Array; as: Encoding | "other"; says: string }[] {
  const url = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  const base64 = fromBase64(text);
  const hex = fromHex(text);
  const lower = text.toLowerCase();
  const isLower = text === lower;
  const flipped =
    hex && /[a-fA-F]/.test(text) ? utf8(isLower ? text.toUpperCase() : lower) : undefined;
  return (
    [
      ["utf8", "taken as text, not decoded", utf8(text)],
      ["hex", "decoded from hex", hex],
      ["base64", "decoded from base64", base64],
      ["other", "decoded from base64url", base64 ? undefined : fromBase64(url)],
      ["other", `as text in ${isLower ? "upper" : "lower"} case`, flipped],
      ["other", "encoded as base64", utf8(toBase64(utf8(text)))],
    ] as const
  ).flatMap(([as, says, bytes]) => (bytes ? [{ as, says, bytes }] : []));
}

/** Reads key bytes, which may have been decoded where the provider uses the text, or be that text. */
function readingsOfBytes(scheme: Scheme, bytes: Uint8Array, name: string): Reading[] {
  const reading = (says: string, read: Uint8Array, others: readonly Mistake[] = []): Reading => {
    const mistake: Mistake = {
      code: "secret_encoding",
      evidence: `The signature fits ${name} ${says}, not its bytes as they are.`,
      remedy:
        "Give the secret as the text that the provider shows, and the definition decodes it where that is due.",
    };
    return { bytes: read, mistakes: others.length > 0 ? others : [mistake] };
  };
  const text = textIfUtf8(bytes);
  return [
    plainly(bytes),
    reading("written in hex", utf8(toHex(bytes))),
    reading("written in base64", utf8(toBase64(bytes))),
    ...(text === undefined ? [] : readingsOfText(scheme, text, name)).map((inner) =>
      reading("taken as text and decoded", inner.bytes, inner.mistakes),
    ),
  ];
}
