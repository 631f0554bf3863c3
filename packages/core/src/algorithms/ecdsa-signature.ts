import { concat } from "../base/bytes.ts";
import { INTEGER, readDer, readOneDer, SEQUENCE, writeDer } from "./der.ts";

const SCALAR_BYTES = 32;

/**
 * Turns a DER signature (RFC 3279, section 2.2.3) on P-256 into `r` and `s` of 32 bytes each.
 *
 * @returns undefined unless it is DER to the letter: BER lengths, padded numbers and bytes behind the end are refused
 */
export function rawFromDer(der: Uint8Array): Uint8Array | undefined {
  const sequence = readOneDer(der, SEQUENCE);
  const [r, s, another] = (sequence && readDer(sequence.content)) ?? [];
  if (r?.tag !== INTEGER || s?.tag !== INTEGER || another !== undefined) return undefined;
  const scalars = [scalarOf(r.content), scalarOf(s.content)];
  return scalars[0] && scalars[1] && concat([scalars[0], scalars[1]]);
}

/** Turns `r` and `s` of 32 bytes each into DER. */
export function derFromRaw(raw: Uint8Array): Uint8Array {
  return writeDer(
    SEQUENCE,
    writeDer(INTEGER, integerOf(raw.subarray(0, SCALAR_BYTES))),
    writeDer(INTEGER, integerOf(raw.subarray(SCALAR_BYTES))),
  );
}

/** A positive number in its shortest spelling, as 32 bytes. */
function scalarOf(integer: Uint8Array): Uint8Array | undefined {
  const [first, second = 0xff] = integer;
  if (first === undefined || first > 0x7f || (first === 0 && second < 0x80)) return undefined;
  const digits = first === 0 ? integer.subarray(1) : integer;
  if (digits.length > SCALAR_BYTES) return undefined;
  const scalar = new Uint8Array(SCALAR_BYTES);
  scalar.set(digits, SCALAR_BYTES - digits.length);
  return scalar;
}

function integerOf(scalar: Uint8Array): Uint8Array {
  const start = scalar.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : scalar.subarray(start);
  return (digits[0] ?? 0) > 0x7f ? concat([Uint8Array.of(0), digits]) : digits;
}
