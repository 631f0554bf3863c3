import { bytesOf } from "../../base/bytes.ts";
import { assertEqual } from "../assert.ts";
import type { SignedExample } from "./under-test.ts";
import { type CaseTable, expectCode } from "./bench.ts";

/** States that a delivery which was signed elsewhere is taken, and what is changed in it refused. */
export function exampleCases(example: SignedExample, number: number): CaseTable {
  const { delivery, secret, receivedAtMs, id, type } = example;
  return {
    [`example ${number} verifies, and its event carries what it should`]: async (bench) => {
      const event = await bench.verifierOf(secret, receivedAtMs).verify(delivery);
      if (id !== undefined) assertEqual(event.id, id, "the id");
      if (type !== undefined) assertEqual(event.type, type, "the type");
    },

    [`example ${number} is refused under another secret`]: async (bench) => {
      const other = bench.otherVerifierAt(receivedAtMs);
      await expectCode(other.verify(delivery), ["signature_mismatch"]);
    },

    [`example ${number} is refused with a byte of its body changed`]: async (bench) => {
      if (!bench.isBodyCovered) return;
      const bytes = bytesOf(delivery.body) ?? new Uint8Array();
      const verifier = bench.verifierOf(secret, receivedAtMs);
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const body = bytes.slice();
        body[at] = (body[at] ?? 0) ^ 1;
        // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
        await expectCode(verifier.verify({ ...delivery, body }), [
          "signature_mismatch",
          ...(bench.isInBody ? ["signature_missing", "signature_malformed"] : []),
        ]);
      }
    },
  };
}
