import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { HostileResult } from "./hostile.ts";
import type { MutationResult } from "./mutation.ts";
import type { Recorded, Results, Run } from "./results.ts";
import type { SoakResult, SoakRow } from "./soak.ts";
import { ROOT, type SuiteResult } from "./suites.ts";
import { T_THRESHOLD, type TimingResult } from "./timing.ts";

const PAGE = new URL("../../docs/evidence.md", import.meta.url);

export function currentPage(): Promise<string> {
  return readFile(PAGE, "utf8");
}

/** Writes the page as the formatter has it. */
export async function writePage(results: Results): Promise<void> {
  await writeFile(PAGE, pageOf(results));
  const formatter = join(ROOT, "node_modules/.bin/oxfmt");
  await promisify(execFile)(formatter, ["docs/evidence.md", "test/evidence/results.json"], {
    cwd: ROOT,
  });
}

/** The page, from what was measured. */
export function pageOf({ hostile, timing, mutation, crash, soak }: Results): string {
  const parts = [
    hostile && hostilePart(hostile),
    timing && timingPart(timing),
    mutation && mutationPart(mutation),
    crash && crashPart(crash),
    soak && soakPart(soak),
  ];
  return `# Evidence

Load held, faults survived, bad inputs tried, nothing lost: measured by \`npm run evidence\`, which writes this page. It takes about half an hour on two cores;
\`npm run evidence -- --seconds 60\` soaks for a minute only, and \`--only soak,timing\` runs some parts. PostgreSQL and Redis are needed on loopback.

${parts.filter((part) => part !== undefined).join("\n\n")}
`;
}

function hostilePart({
  providers,
  tried,
  accepted,
  notRefused,
  suites,
  run,
}: Recorded<HostileResult>): string {
  const total = Object.values(tried).reduce((sum, tries) => sum + tries, 0);
  return `## Bad inputs

The genuine deliveries of ${providers} providers, whose signatures were made elsewhere, each spoilt in every place. **${grouped(total)} tried, ${accepted.length} taken,
${notRefused.length} answered by anything but a 4xx.** ${where(run)}

${table(
  ["spoilt by", "tried"],
  Object.entries(tried).map(([kind, tries]) => [kind, grouped(tries)]),
)}

Beside them the hostile tests, with generated headers and bodies, the cases that every preset is held to, and every framework on real sockets:

${suiteTable(suites)}`;
}

function timingPart({ samples, t, controlT, run }: Recorded<TimingResult>): string {
  const seen = Math.abs(controlT) > T_THRESHOLD;
  const verdict = !seen
    ? "The control was not told apart: this run proves nothing."
    : Math.abs(t) > T_THRESHOLD
      ? "The time tells them apart."
      : "The time does not tell them apart.";
  return `## Timing

Does the time of a refusal tell how much of a signature was right? Signatures that differ from the genuine one at the first character or at the last, in random
order, ${grouped(samples)} refusals; Welch's t, above ${T_THRESHOLD} more than chance. **${verdict}** ${where(run)}

${table(
  ["", "t"],
  [
    ["the verifier", t.toFixed(1)],
    ["positive control: a comparison that stops at the first difference", controlT.toFixed(1)],
  ],
)}`;
}

function mutationPart({ files, run }: Recorded<MutationResult>): string {
  const killed = files.reduce((sum, file) => sum + file.killed, 0);
  const all = killed + files.reduce((sum, file) => sum + file.survived, 0);
  return `## Mutations

The source of the verification, changed in one place at a time by [Stryker](https://stryker-mutator.io), texts of messages aside; do the quick tests of known answers
notice by themselves, without the larger suites above?
**${killed} of ${all} noticed (${percent(killed / all)}).** ${where(run)}

${table(
  ["file", "noticed", "not noticed"],
  files.map(({ file, killed: found, survived }) => [
    `\`${file.replace("packages/core/src/", "")}\``,
    String(found),
    String(survived),
  ]),
)}

What these tests alone did not notice, by line:

${files.map(({ file, survivors }) => `- \`${file.replace("packages/core/src/", "")}\`: ${survivors.map((one) => `\`${one.replaceAll("`", "'")}\``).join(", ") || "nothing"}`).join("\n")}`;
}

function crashPart({ suites, run }: Recorded<{ readonly suites: readonly SuiteResult[] }>): string {
  const names = suites.flatMap((suite) => suite.names ?? []);
  return `## Crashes and outages

Processes killed (SIGKILL) at every step of a delivery, four processes that get each event 800 times at once, stores that go away, answers that are lost, clocks that
differ. Nothing is lost; with \`completeIn\` an effect stands exactly once. **${names.length} cases hold.** ${where(run)}

${suiteTable(suites)}

<details><summary>The cases</summary>

${names.map((name) => `- ${name.replaceAll("<", "&lt;")}`).join("\n")}

</details>`;
}

function soakPart({ seconds, rows, control, heapMb, run }: Recorded<SoakResult>): string {
  const sum = (of: (row: SoakRow) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  return `## Soak

${grouped(seconds)} seconds over ${rows.length} pairs of framework and store, client and server in one process, 16 senders. All the time store operations fail (one in a hundred, half of them after they
were done), handlers throw (one in twenty), senders break off (one in fifty), a tenth of the events is preceded by a forgery, a fifth is sent twice at once, and once in each pair the
store is away altogether.

**${grouped(sum((row) => row.deliveries))} deliveries, ${grouped(sum((row) => row.acknowledged))} events acknowledged, ${grouped(sum((row) => row.lost))} lost, ${grouped(sum((row) => row.repeated))} run again without cause;
${grouped(sum((row) => row.forged))} forgeries, ${grouped(sum((row) => row.forgedAccepted))} taken; ${grouped(sum(({ faults }) => faults.storeErrors))} failures of the store, ${grouped(sum(({ faults }) => faults.handlerErrors))} of handlers,
${grouped(sum(({ faults }) => faults.brokenConnections))} broken connections, ${grouped(sum(({ faults }) => faults.outages))} outages survived.** The heap went from ${heapMb[0].toFixed(0)} to ${heapMb[1].toFixed(0)} MB, with the notes of the measurement itself. ${where(run)}

${table(
  [
    "framework",
    "store",
    "per second",
    "median ms",
    "p99 ms",
    "acknowledged",
    "lost",
    "run again",
    "forgeries taken",
  ],
  rows.map((row) => [
    row.framework,
    row.store,
    grouped(Math.round(row.deliveries / row.seconds)),
    row.p50Ms.toFixed(1),
    row.p99Ms.toFixed(1),
    grouped(row.acknowledged),
    grouped(row.lost),
    grouped(row.repeated),
    `${grouped(row.forgedAccepted)} of ${grouped(row.forged)}`,
  ]),
)}

Positive control: on a store that forgets everything, ${grouped(control.repeated)} of ${grouped(control.acknowledged)} events were run again without cause${control.repeated === 0 ? ", so that this run proves nothing" : ""}.

The rates are those under faults, with retries and on whatever else the machine had to do; [Performance](performance.md) compares them in quiet.`;
}

function suiteTable(suites: readonly SuiteResult[]): string {
  return table(
    ["tests", "passed", "failed", "skipped"],
    suites.map(({ file, passed, failed, skipped }) => [
      `\`${file}\``,
      grouped(passed),
      grouped(failed),
      grouped(skipped),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, at) => (at === 0 ? "---" : "--:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function where({ date, node, cores }: Run): string {
  return `(${date}, Node ${node.slice(1)}, ${cores} cores.)`;
}

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, " ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
