import { after, type Awaitable } from "../base/awaitable.ts";
import { fromHex } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import * as backend from "#crypto";
import { algorithms } from "#crypto";
import type { HmacKey, Part } from "../hmac/backend.ts";
import { DIGEST_BYTES, type OtherHmac } from "../algorithms/algorithm.ts";
import { anyOf } from "../algorithms/any-of.ts";
import {
  decodeSignature,
  encodeSignature,
  type SignatureEncoding,
} from "../algorithms/encodings.ts";
import { equalInConstantTime } from "../algorithms/equal-secrets.ts";
import { joined } from "../algorithms/joined.ts";
import type { Grammar, Scheme } from "../scheme/scheme.ts";

const SHA256_BYTES = 32;

/** HMACs with another hash than SHA-256, or in an encoding beyond the usual three. */
export const otherHmac: Required<Pick<Grammar, "algorithm" | "keysOf">> = {
  keysOf({ definition: { name, signature } }) {
    if (signature.algorithm === "md5" && !algorithms.hasHash("md5")) {
      throw configError(
        `${name} signs with HMAC-MD5, which this runtime does not have: WebCrypto has no MD5. Receive its deliveries in Node, Bun or Deno.`,
      );
    }
    return undefined;
  },

  algorithm: {
    misfit(scheme, candidate) {
      const bytes = bytesOf(scheme);
      const encoding = encodingOf(scheme);
      const fits = decodeSignature(candidate, encoding)?.length === bytes;
      return fits ? undefined : `${bytes} bytes in ${encoding}`;
    },

    matches: (scheme, key, content, candidates) =>
      after(macOf(scheme, key, content), (expected) =>
        anyOf(candidates, (candidate) => {
          const given = decodeSignature(candidate, encodingOf(scheme));
          return given !== undefined && equalInConstantTime(expected, given);
        }),
      ),

    write: (scheme, key, content) =>
      after(macOf(scheme, key, content), (mac) => encodeSignature(mac, encodingOf(scheme))),
  },
};

function macOf(scheme: Scheme, key: HmacKey, content: readonly Part[]): Awaitable<Uint8Array> {
  const { algorithm = "sha256" } = scheme.definition.signature;
  return algorithm === "sha256"
    ? after(backend.hmac(key, content, "hex"), (mac) => fromHex(mac) ?? new Uint8Array())
    : algorithms.hmac(algorithm as OtherHmac, key.secret, joined(content));
}

function bytesOf({ definition: { signature } }: Scheme): number {
  return DIGEST_BYTES[signature.algorithm as OtherHmac] ?? SHA256_BYTES;
}

function encodingOf({ definition: { signature } }: Scheme): SignatureEncoding {
  return signature.encoding ?? "hex";
}
