import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReceiver } from "@countersign/core";
import { createInbox } from "@countersign/inbox";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { sqliteStore } from "@countersign/store-sqlite";
import Libsql from "libsql";
import { provider, request, secret } from "../inbox/provider.ts";

/** How long deliveries wait for their answer, in milliseconds. */
export interface Latency {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
}

/** Delivers at a steady rate to a receiver with a SQLite inbox, whatever the answers take, while a worker of the same process handles the events. */
export async function acknowledgeLatency(
  perSecond: number,
  seconds: number,
  synchronous: "NORMAL" | "FULL",
): Promise<Latency> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const database = new Libsql(join(directory, "inbox.db"));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(`PRAGMA synchronous = ${synchronous}`);
  const inbox = createInbox({ provider, engine: sqliteEngine({ database }), handler: () => {} });
  const receiver = createReceiver({ provider, secret, store: sqliteStore({ database }), inbox });
  await inbox.start();
  const requests: Request[] = [];
  for (let number = 0; number < perSecond * seconds; number++) {
    requests.push(await request(`e${number}`));
  }
  const times: number[] = [];
  const startedAtMs = performance.now();
  const answers: Promise<void>[] = [];
  for (const [number, delivery] of requests.entries()) {
    const dueAtMs = startedAtMs + (number * 1000) / perSecond;
    while (performance.now() < dueAtMs) await new Promise((resolve) => setTimeout(resolve, 1));
    answers.push(
      receiver.handle(delivery).then(({ status }) => {
        if (status !== 200) throw new Error(`a delivery was answered ${status}`);
        // From when it was due: a process that is busy is no excuse.
        times.push(performance.now() - dueAtMs);
      }),
    );
  }
  await Promise.all(answers);
  await inbox.stop();
  database.close();
  rmSync(directory, { recursive: true });
  const sorted = times.toSorted((left, right) => left - right);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95), p99: at(0.99) };
}
