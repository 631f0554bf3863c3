import { Bench, type CaseTable } from "./provider/bench.ts";
import { exampleCases } from "./provider/examples.ts";
import { keyCases, noKeyCases } from "./provider/identity.ts";
import {
  coveredBodyCases,
  headerCases,
  signatureCases,
  uncoveredBodyCases,
} from "./provider/signatures.ts";
import { expiryCases, noExpiryCases } from "./provider/times.ts";
import type { ProviderUnderTest } from "./provider/under-test.ts";

/** One statement about a provider. `run` rejects where it does not hold. */
export interface ProviderCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/**
 * The conformance suite of providers: that a definition takes what is genuine, refuses what is not, and tells events apart, each as
 * a case of its own, for any test runner.
 *
 * @param underTest the provider, a secret, and deliveries that were signed elsewhere
 * @returns the cases, independent of each other
 *
 * @example
 * ```ts
 * import { providerCases } from "@countersign/core/testing";
 * import { describe, it } from "node:test";
 *
 * describe("acme", () => {
 *   for (const { name, run } of providerCases({ provider: acme, secret: "acme-secret", examples })) {
 *     it(name, run);
 *   }
 * });
 * ```
 */
export function providerCases(underTest: ProviderUnderTest): readonly ProviderCase[] {
  const bench = new Bench(underTest);
  const { examples = [], provider } = underTest;
  const tables: CaseTable = {
    ...Object.assign({}, ...examples.map((example, i) => exampleCases(example, i + 1))),
    ...signatureCases,
    ...(bench.isBodyCovered ? coveredBodyCases : uncoveredBodyCases),
    ...(bench.headers.length > 0 && headerCases),
    ...(bench.toleranceMs === undefined ? noExpiryCases : expiryCases),
    ...(provider.dedup === "none" ? noKeyCases : keyCases),
  };
  return Object.entries(tables).map(([name, run]) => ({ name, run: async () => run(bench) }));
}
