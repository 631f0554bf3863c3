import { assert, assertEqual } from "../assert.ts";
import { type CaseTable, expectCode, NOW_MS } from "./bench.ts";

/** States that what is genuine is taken, and what is not is refused. */
export const signatureCases: CaseTable = {
  "what it signs, it verifies": async (bench) => {
    const event = await bench.eventOf(await bench.delivered(1));
    assertEqual(event.provider, bench.provider.name, "the provider of the event");
  },

  "a delivery under another secret is refused": async (bench) => {
    const work = bench.otherVerifierAt(NOW_MS).verify(await bench.delivered(1));
    await expectCode(work, ["signature_mismatch"]);
  },

  "a delivery without a signature is refused": async (bench) => {
    const { headers, ...delivery } = await bench.delivered(1);
    const unsigned = Object.entries(headers).filter(([name]) => !bench.headers.includes(name));
    const bare =
      bench.headers.length > 0
        ? { ...delivery, headers: unsigned }
        : { headers, body: "{}", method: "POST", url: bench.message(1).url };
    await expectCode(bench.verifierAt(NOW_MS).verify(bare), [
      "signature_missing",
      "signature_mismatch",
    ]);
  },
};

/** States it where the signature covers the body. */
export const coveredBodyCases: CaseTable = {
  "a delivery with another body is refused": async (bench) => {
    if (bench.isInBody) return;
    const { body } = await bench.delivered(2);
    const swapped = { ...(await bench.delivered(1)), body };
    await expectCode(bench.verifierAt(NOW_MS).verify(swapped), ["signature_mismatch"]);
  },
};

/** States it where the signature covers the body in part, or not at all. */
export const uncoveredBodyCases: CaseTable = {
  "an event says that its body is not signed, or not whole": async (bench) => {
    const { unsigned } = await bench.eventOf(await bench.delivered(1));
    assert(unsigned.includes("body"), `event.unsigned: expected "body", got ${unsigned.join()}`);
  },
};

/** States it where the signature stands in a header. */
export const headerCases: CaseTable = {
  "a signature that is none is refused, and throws nothing else": async (bench) => {
    const delivery = await bench.delivered(1);
    const [header = ""] = bench.headers;
    for (const junk of ["", "=", ",", "\u0000", "é", "x".repeat(10_000), "=,".repeat(5000)]) {
      const headers = { ...(delivery.headers as object), [header]: junk };
      // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
      await expectCode(bench.verifierAt(NOW_MS).verify({ ...delivery, headers }), [
        "signature_malformed",
        "signature_missing",
        "signature_mismatch",
        "timestamp_missing",
      ]);
    }
  },
};
