// Measures, and writes docs/evidence.md: npm run evidence
import { tryHostile } from "./hostile.ts";
import { mutate } from "./mutation.ts";
import { type EvidenceOptions, type Part, readOptions } from "./options.ts";
import { writePage } from "./page.ts";
import { readResults, type Results, thisRun, writeResults } from "./results.ts";
import { soak } from "./soak.ts";
import { runSuite } from "./suites.ts";
import { measureTiming, T_THRESHOLD } from "./timing.ts";

const CRASH_SUITES = [
  "test/claims/crash.test.ts",
  "test/claims/concurrency.test.ts",
  "test/claims/outage.test.ts",
  "test/claims/lost-answer.test.ts",
  "test/claims/clock-skew.test.ts",
  "test/claims/blocked-process.test.ts",
  "test/claims/heartbeat-and-transaction.test.ts",
];

const RUNS: {
  readonly [P in Part]: (options: EvidenceOptions) => Promise<NonNullable<Results[P]>>;
} = {
  hostile: async () => ({ ...(await tryHostile()), run: thisRun() }),
  timing: async () => ({ ...(await measureTiming()), run: thisRun() }),
  mutation: async () => ({ ...(await mutate()), run: thisRun() }),
  async crash() {
    const suites = [];
    for (const file of CRASH_SUITES) suites.push(await runSuite(file, true));
    return { suites, run: thisRun() };
  },
  soak: async ({ seconds }) => ({ ...(await soak(seconds)), run: thisRun() }),
};

const options = readOptions(process.argv.slice(2));
const results = await readResults();
for (const part of options.parts) {
  console.error(`${part} …`);
  Object.assign(results, { [part]: await RUNS[part](options) });
  await writeResults(results);
  await writePage(results);
}

const broken = faultsIn(results);
for (const line of broken) console.error(line);
process.exit(broken.length > 0 ? 1 : 0);

/** What a build must not pass with. */
function faultsIn({ hostile, timing, crash, soak: soaked }: Results): string[] {
  const failed = [...(hostile?.suites ?? []), ...(crash?.suites ?? [])].filter(
    (suite) => suite.failed > 0 || suite.passed === 0,
  );
  const rows = soaked?.rows ?? [];
  return [
    ...(hostile?.accepted ?? []).map((name) => `taken: ${name}`),
    ...(hostile?.notRefused ?? []).map((name) => `not refused with a 4xx: ${name}`),
    ...failed.map(({ file }) => `failed: ${file}`),
    ...(timing !== undefined && Math.abs(timing.t) > T_THRESHOLD
      ? ["the time tells signatures apart"]
      : []),
    ...(soaked?.control.repeated === 0 ? ["the soak does not notice a store that forgets"] : []),
    ...(timing !== undefined && Math.abs(timing.controlT) <= T_THRESHOLD
      ? ["the timing test does not notice a comparison that stops early"]
      : []),
    ...rows
      .filter(({ lost, repeated, forgedAccepted }) => lost + repeated + forgedAccepted > 0)
      .map(({ framework, store }) => `lost, repeated or forged: ${framework} on ${store}`),
  ];
}
