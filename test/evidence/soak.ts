import { setTimeout as sleep } from "node:timers/promises";
import type { ClaimStore, ReceiverOptions } from "@countersign/core";
import { paradym } from "@countersign/core/providers";
import { openBackends } from "../conformance/backends.ts";
import { SECRET } from "../conformance/delivery.ts";
import { fastify5Subject, honoSubject } from "../conformance/fastify-hono-subjects.ts";
import {
  express5Subject,
  fetchHandle,
  koa3Subject,
  nodeHttp,
} from "../conformance/node-subjects.ts";
import type { Subject } from "../conformance/subject.ts";
import { type Faults, FaultyStore } from "./faults.ts";
import { emptyTally, Provider, type Tally } from "./provider.ts";

export interface SoakResult {
  readonly seconds: number;
  readonly rows: readonly SoakRow[];
  /** The positive control: the same on a store that forgets everything. The measurement is good for something where this one is caught. */
  readonly control: SoakRow;
  /** The heap after a full collection, before and after all of it, in MB. */
  readonly heapMb: readonly [before: number, after: number];
}

/** One framework on one store. */
export interface SoakRow {
  readonly framework: string;
  readonly store: string;
  readonly seconds: number;
  readonly deliveries: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly acknowledged: number;
  readonly forged: number;
  readonly forgedAccepted: number;
  readonly faults: Faults;
  /** Events that were answered with 2xx, and that no handler has finished. */
  readonly lost: number;
  /** Events that were run again though nothing had gone wrong. */
  readonly repeated: number;
}

const FRAMEWORKS: readonly Subject[] = [
  nodeHttp,
  express5Subject,
  koa3Subject,
  fastify5Subject,
  honoSubject,
  fetchHandle,
];

const STORES = new Set(["memory", "libsql", "ioredis", "pg Pool"]);

const SENDERS = 16;
const CONTROL_SECONDS = 2;
const OUTAGE_MS = 300;
const HANDLER_FAILURES = 0.05;

/** Sends to each framework on each store what a provider would, and things go wrong all the time. */
export async function soak(seconds: number): Promise<SoakResult> {
  const backends = (await openBackends()).filter(({ name }) => STORES.has(name));
  const usable = backends.filter(({ name, missing }) => {
    if (missing !== undefined) console.error(`without ${name}: ${missing} is missing`);
    return missing === undefined;
  });
  const share = seconds / (FRAMEWORKS.length * usable.length);
  const before = heapMb();
  const rows: SoakRow[] = [];
  for (const { name, store } of usable) {
    for (const framework of FRAMEWORKS) {
      rows.push(await soakOne(framework, name, store, share));
      console.error(rowInWords(rows.at(-1)));
    }
  }
  await Promise.all(backends.map(({ close }) => close()));
  const control = await soakOne(nodeHttp, "one that forgets", forgetful, CONTROL_SECONDS);
  return { seconds, rows, control, heapMb: [before, heapMb()] };
}

/** Grants every claim. */
const forgetful: ClaimStore = {
  claim: () => ({ status: "claimed" }),
  extend: () => true,
  complete: () => true,
  release: () => true,
};

async function soakOne(
  framework: Subject,
  storeName: string,
  store: ClaimStore,
  seconds: number,
): Promise<SoakRow> {
  const faults: Faults = { storeErrors: 0, outages: 0, handlerErrors: 0, brokenConnections: 0 };
  const faulty = new FaultyStore(store, faults);
  const runs = new Map<string, number>();
  const mayRepeat = new Set<string>();
  const options: ReceiverOptions = {
    provider: paradym as never,
    secret: SECRET,
    store: faulty,
    // Of this run alone, on a store that outlives it.
    endpoint: crypto.randomUUID(),
    storeTimeoutMs: 5000,
    onStoreError: "reject",
    onWarning: () => {},
    onReceipt: () => {},
  };
  const running = await framework.start({
    options,
    form: "handler",
    async handle({ rawBody }, claim) {
      if (Math.random() < HANDLER_FAILURES) {
        faults.handlerErrors++;
        throw new Error("the handler failed");
      }
      await sleep(1);
      const name = Buffer.from(rawBody).toString();
      runs.set(name, (runs.get(name) ?? 0) + 1);
      // What is counted twice is looked at when all is over: by then it is known what became of the claim.
      claims.push([name, claim]);
    },
  });
  const claims: [string, { readonly key: string | undefined }][] = [];
  const tally: Tally = emptyTally();
  const untilMs = performance.now() + seconds * 1000;
  const provider = new Provider(running.port, tally, faults, untilMs);
  const outage = sleep((seconds * 1000) / 2).then(async () => {
    faulty.isAway = true;
    faults.outages++;
    await sleep(Math.min(OUTAGE_MS, seconds * 100));
    faulty.isAway = false;
  });
  await Promise.all([...Array.from({ length: SENDERS }, () => provider.send()), outage]);
  await provider.close();
  await running.stop();
  for (const [name, claim] of claims) if (faulty.mayRepeat(claim)) mayRepeat.add(name);
  const sorted = tally.latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;
  return {
    framework: framework.name,
    store: storeName,
    seconds,
    deliveries: sorted.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    acknowledged: tally.acknowledged.length,
    forged: tally.forged,
    forgedAccepted: tally.forgedAccepted,
    faults,
    lost: tally.acknowledged.filter((name) => !runs.has(name)).length,
    repeated: [...runs].filter(([name, count]) => count > 1 && !mayRepeat.has(name)).length,
  };
}

function heapMb(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

function rowInWords(row: SoakRow | undefined): string {
  if (row === undefined) return "";
  const { framework, store, deliveries, seconds, lost, repeated, forgedAccepted } = row;
  return `${framework} on ${store}: ${Math.round(deliveries / seconds)}/s, ${lost} lost, ${repeated} repeated, ${forgedAccepted} forged taken`;
}
