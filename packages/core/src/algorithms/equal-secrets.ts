import { after, type Awaitable } from "../base/awaitable.ts";
import * as backend from "#crypto";

/** Compares two byte strings in a time that tells neither their contents nor their lengths: by their digests. */
export function equalInConstantTime(left: Uint8Array, right: Uint8Array): Awaitable<boolean> {
  return after(backend.sha256(left, "hex"), (expected) =>
    after(backend.sha256(right, "hex"), (given) => backend.equal(expected, given)),
  );
}
