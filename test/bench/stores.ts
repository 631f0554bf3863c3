/**
 * What a claim and its completion cost on each store, beside the plainest command that remembers a key in the same database through the same
 * client. Two commands can't be faster than half of one.
 *
 * The two take turns, in many short rounds. Writes `results/stores-node<version>.json`, and draws `docs/public/stores.svg`.
 * Run: node --import tsx bench/stores.ts [rounds] [ms a round]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { ClaimStore } from "@countersign/core";
import { barChart } from "./chart.ts";
import { openDatabases, type StoreSubject } from "./store-subjects.ts";

type Work = (key: string) => unknown;

/** What one turn measured. */
interface Turn {
  readonly perSecond: number;
  /** How long each call took, in ms. */
  readonly latencies: readonly number[];
}

const [rounds = 15, roundMs = 200] = process.argv.slice(2).map(Number);
const CONCURRENCIES = [1, 64];
const LEASE_MS = 60_000;
const RETENTION_MS = 259_200_000;

const claimAndComplete =
  (store: ClaimStore): Work =>
  async (key) => {
    const token = crypto.randomUUID();
    const { status } = await store.claim(key, { token, leaseMs: LEASE_MS });
    if (status !== "claimed") throw new Error(`a new key is ${status}`);
    if (!(await store.complete(key, { token, retentionMs: RETENTION_MS }))) {
      throw new Error("a claim could not be completed");
    }
  };

let keys = 0;

async function turn(work: Work, concurrency: number): Promise<Turn> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - startedAt < roundMs) {
      const key = `event ${keys++}`;
      const askedAt = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await work(key);
      latencies.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { latencies, perSecond: (1000 * latencies.length) / (performance.now() - startedAt) };
}

/** Both sides of a ratio run within moments of each other, now one first and now the other. */
async function measure({ client, store, plain }: StoreSubject, concurrency: number) {
  const ours = { work: claimAndComplete(store), turns: [] as Turn[] };
  const hand = { work: plain?.run ?? (() => undefined), turns: [] as Turn[] };
  for (let round = 0; round <= rounds; round++) {
    for (const side of round % 2 === 0 ? [hand, ours] : [ours, hand]) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time
      const measured = await turn(side.work, concurrency);
      // The first round warms up.
      if (round > 0) side.turns.push(measured);
    }
  }
  const rateOf = (turns: readonly Turn[]): number =>
    Math.round(
      quantile(
        turns.map(({ perSecond }) => perSecond),
        0.5,
      ),
    );
  const latencies = ours.turns.flatMap((one) => one.latencies);
  const ratios = ours.turns.map((one, n) => one.perSecond / (hand.turns[n]?.perSecond ?? 0));
  return {
    client,
    atOnce: concurrency,
    ...(plain !== undefined && {
      plain: plain.name,
      plainPerSecond: rateOf(hand.turns),
      ratio: rounded(quantile(ratios, 0.5), 2),
    }),
    perSecond: rateOf(ours.turns),
    medianMs: rounded(quantile(latencies, 0.5), 3),
    p99Ms: rounded(quantile(latencies, 0.99), 3),
  };
}

const databases = await openDatabases();
const rows: Awaited<ReturnType<typeof measure>>[] = [];
for (const concurrency of CONCURRENCIES) {
  for (const subject of databases.subjects) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time
    rows.push(await measure(subject, concurrency));
  }
}
await databases.close();

const { node } = process.versions;
console.info(
  `Node ${node}, ${process.arch}; medians of ${rounds} rounds of ${roundMs} ms, in turn`,
);
console.table(rows);
const command = "npm run bench:stores --prefix test";
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(
  new URL(`stores-node${node.split(".")[0]}.json`, results),
  `${JSON.stringify({ benchmark: "stores", command, node, arch: process.arch, rounds, rows }, undefined, 2)}\n`,
);
writeFileSync(
  new URL("../../docs/public/stores.svg", import.meta.url),
  barChart({
    title: "Claim and completion, as a share of one plain command (longer is better)",
    note: `Two commands can reach 0.5 one at a time. Node ${node}, ${process.arch}, ${command}`,
    unit: "",
    bars: rows.flatMap(({ client, atOnce, ratio }) =>
      ratio === undefined
        ? []
        : [{ label: `${client}, ${atOnce} at a time`, value: ratio, isOurs: true }],
    ),
  }),
);

function quantile(list: readonly number[], q: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
