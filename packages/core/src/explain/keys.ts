import { fromBase64, fromHex, textIfUtf8, toBase64, toHex, utf8 } from "../base/bytes.ts";
import type { SecretDefinition } from "../scheme/definition.ts";
import { backend } from "#hmac";
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

/** Most are never tried: a search ends with the first that fits, or with its budget. */
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

/** All keys that the configured secrets may stand for, those with the fewest mistakes first, and each secret in its turn. */
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
  const { secret, name, notBeforeMs, notAfterMs } = named;
  const about: Mistake[] = [];
  if (named.other) {
    about.push({
      code: "secret_other",
      evidence: `The signature fits ${name}, which is not among the configured secrets.`,
      remedy: "Configure that secret for this endpoint; while both are in use, give a list.",
    });
  } else if (nowMs < notBeforeMs || nowMs > notAfterMs) {
    const edge = nowMs < notBeforeMs ? "notBefore" : "notAfter";
    const ms = nowMs < notBeforeMs ? notBeforeMs : notAfterMs;
    about.push({
      code: "secret_inactive",
      evidence: `The signature fits ${name}, which is not in use now: its ${edge} is ${new Date(ms).toISOString()}.`,
      remedy: `Move ${edge} of that secret, or rotate the secret at the provider.`,
    });
  }
  const readings = !isVaried
    ? readingsAsIs(scheme, secret)
    : typeof secret === "string"
      ? readingsOfText(scheme, secret, name)
      : readingsOfBytes(scheme, secret, name);
  return readings.map(({ bytes, mistakes }) => ({ bytes, mistakes: about.concat(mistakes) }));
}

function readingsAsIs(scheme: Scheme, secret: string | Uint8Array): Reading[] {
  const keys = typeof secret === "string" ? definedReading(scheme, secret) : [secret];
  return keys.map((bytes) => ({ bytes, mistakes: [] }));
}

function readingsOfText(scheme: Scheme, text: string, name: string): Reading[] {
  const readings: Reading[] = [];
  for (const clean of cleanings(scheme, text, name)) {
    for (const bytes of definedReading(scheme, clean.text)) {
      readings.push({ bytes, mistakes: clean.mistakes });
    }
    for (const { bytes, mistakes } of otherReadings(scheme, clean.text, name)) {
      readings.push({ bytes, mistakes: [...clean.mistakes, ...mistakes] });
    }
  }
  return readings;
}

function definedReading(scheme: Scheme, text: string): readonly Uint8Array[] {
  try {
    return decodeSecret(scheme, text);
  } catch {
    return [];
  }
}

/** Returns a text, and the texts that it may have been before shells, files and forms changed it. */
function cleanings(
  scheme: Scheme,
  text: string,
  name: string,
): { text: string; mistakes: Mistake[] }[] {
  const found: { text: string; mistakes: Mistake[] }[] = [{ text, mistakes: [] }];
  for (const { code, says, remedy, undo } of SECRET_CLEANINGS) {
    for (const clean of undo(text)) {
      if (clean === undefined || isBlank(clean, scheme)) continue;
      if (found.some((other) => other.text === clean)) continue;
      const evidence = `The signature fits ${name} ${says}`;
      found.push({ text: clean, mistakes: [{ code, evidence, remedy }] });
    }
  }
  return found;
}

type Encoding = SecretDefinition["encoding"];

/** The same text, taken for something else than the definition says. */
function otherReadings(scheme: Scheme, text: string, name: string): Reading[] {
  const { prefix = "", encoding, withoutPrefix } = scheme.definition.secret ?? { encoding: "utf8" };
  const taken: { bare: string; how: string; kept: boolean }[] = [
    { bare: text, how: "", kept: true },
  ];
  for (const one of new Set([prefix, WHSEC].filter((known) => known !== ""))) {
    if (text.startsWith(one))
      taken.push({
        bare: text.slice(one.length),
        how: `without ${quotedPrefix(one)}`,
        kept: false,
      });
    else taken.push({ bare: one + text, how: `with ${quotedPrefix(one)} before it`, kept: true });
  }
  const prefixed = prefix !== "" && text.startsWith(prefix);
  const defined: Encoding | undefined =
    prefixed || prefix === "" || withoutPrefix === undefined
      ? encoding
      : withoutPrefix === "refuse"
        ? undefined
        : withoutPrefix;

  return taken.flatMap(({ bare, how }) =>
    decodings(bare).map(({ bytes, as, says }): Reading => {
      const samePrefix = prefixed ? how.startsWith("without") : how === "";
      const otherEncoding = as !== defined;
      const parts = [
        how === "" && prefixed ? `with ${quotedPrefix(prefix)} left on` : how,
        otherEncoding ? says : "",
      ];
      if (samePrefix && !otherEncoding) return { bytes, mistakes: [] };
      const evidence = `The signature fits ${name} ${parts.filter((part) => part !== "").join(", ")}.`;
      return {
        bytes,
        mistakes: [
          otherEncoding
            ? {
                code: "secret_encoding",
                evidence: `${evidence} The definition says ${defined ?? "otherwise"}.`,
                remedy:
                  (as === "base64" || as === "hex") && readable(bytes) !== undefined
                    ? ENCODED_ONCE_MORE
                    : "Set secret.encoding (and secret.prefix) in the definition to how the provider means it, or use its preset; or give the final key bytes.",
              }
            : {
                code: "secret_prefix",
                evidence,
                remedy:
                  "Give the secret whole, as the provider shows it, and set secret.prefix in the definition only where the prefix is not part of the key.",
              },
        ],
      };
    }),
  );
}

function quotedPrefix(prefix: string): string {
  return `"${prefix}"`;
}

function decodings(text: string): { bytes: Uint8Array; as: Encoding | "other"; says: string }[] {
  const found: { bytes: Uint8Array; as: Encoding | "other"; says: string }[] = [
    { bytes: utf8(text), as: "utf8", says: "taken as text, not decoded" },
  ];
  const hex = fromHex(text);
  if (hex) found.push({ bytes: hex, as: "hex", says: "decoded from hex" });
  const base64 = fromBase64(text);
  if (base64) found.push({ bytes: base64, as: "base64", says: "decoded from base64" });
  else {
    const url = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
    if (url) found.push({ bytes: url, as: "other", says: "decoded from base64url" });
  }
  if (hex && /[a-fA-F]/.test(text)) {
    const lower = text.toLowerCase();
    const flipped = text === lower ? text.toUpperCase() : lower;
    found.push({
      bytes: utf8(flipped),
      as: "other",
      says: `as text in ${text === lower ? "upper" : "lower"} case`,
    });
  }
  found.push({ bytes: utf8(toBase64(utf8(text))), as: "other", says: "encoded as base64" });
  return found;
}

/** Key bytes, which may have been decoded where the provider uses the text, or be that text. */
function readingsOfBytes(scheme: Scheme, bytes: Uint8Array, name: string): Reading[] {
  const mistake = (says: string): Mistake => ({
    code: "secret_encoding",
    evidence: `The signature fits ${name} ${says}, not its bytes as they are.`,
    remedy:
      "Give the secret as the text that the provider shows, and the definition decodes it where that is due.",
  });
  const readings: Reading[] = [
    { bytes, mistakes: [] },
    { bytes: utf8(toHex(bytes)), mistakes: [mistake("written in hex")] },
    { bytes: utf8(toBase64(bytes)), mistakes: [mistake("written in base64")] },
  ];
  const text = textIfUtf8(bytes);
  if (text === undefined) return readings;
  const decoded = mistake("taken as text and decoded");
  for (const inner of readingsOfText(scheme, text, name)) {
    readings.push({
      bytes: inner.bytes,
      mistakes: inner.mistakes.length > 0 ? inner.mistakes : [decoded],
    });
  }
  return readings;
}
