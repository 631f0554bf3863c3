import { fromBase64 } from "../base/bytes.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { type Mistake, quoted } from "./finding.ts";
import { headerPairs } from "./header-pairs.ts";

/** Other algorithms, by the length of their signatures. */
const ALGORITHM_BY_BYTES: Readonly<Record<number, string>> = {
  16: "MD5",
  20: "SHA-1",
  28: "SHA-224",
  48: "SHA-384",
  64: "SHA-512 or Ed25519",
};

const REMEDY =
  'Choose HMAC-SHA256 in the provider\'s settings, or read the header in which it sends such a signature. In a definition of your own, set signature.algorithm: "sha1", "sha384" or "sha512", or to the kind of the public key.';

/** Sees a signature of another algorithm by its length, or by its name before it (`sha1=`). */
export function* otherAlgorithms(scheme: Scheme, headers: HeadersLike): Generator<Mistake> {
  const own = scheme.headers.flatMap((name): [string, string][] => {
    const value = headerOf(headers, name);
    return value === undefined ? [] : [[name, value]];
  });
  const looked =
    own.length > 0
      ? own
      : headerPairs(headers).filter(([name]) => /signature|hmac|digest/.test(name));
  for (const [name, value] of looked) {
    const algorithm = algorithmOf(value);
    if (algorithm === undefined) continue;
    yield {
      code: "signature_algorithm",
      evidence: `The header ${quoted(name)} holds ${algorithm}. The definition of ${scheme.definition.name} expects the 32 bytes of HMAC-SHA256.`,
      remedy: REMEDY,
    };
    return;
  }
}

function algorithmOf(value: string): string | undefined {
  if (/^(Bearer )?eyJ[\w-]+\.[\w-]*\.[\w-]+$/.test(value)) return "a JSON Web Token";
  for (const token of value.split(/[\s,;]+/, 16)) {
    const bare = token.replace(/^[\w-]{1,20}[=:](?=.)/, "");
    const bytes = lengthOf(bare);
    const named = bytes === undefined ? undefined : ALGORITHM_BY_BYTES[bytes];
    if (named !== undefined) return `${bytes} bytes, as many as ${named} makes`;
  }
  return undefined;
}

/** Counts the bytes that a text writes in hex, or in padded base64. */
function lengthOf(text: string): number | undefined {
  if (/^[\da-f]+$/i.test(text) && text.length % 2 === 0) return text.length / 2;
  if (!/^[\w+/-]+={0,2}$/.test(text) || text.length % 4 !== 0 || text.length < 24) return undefined;
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"))?.length;
}
