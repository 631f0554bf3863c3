import { sqliteStore } from "@countersign/store-sqlite";
import Libsql from "libsql";

// One of several processes that claim and complete the same events in one file, and say which they got.
const [file = "", events = "0"] = process.argv.slice(2);
const store = sqliteStore({ database: new Libsql(file), busyTimeoutMs: 20_000 });

process.send?.("ready");
process.once("message", () => {
  void claimAll().then((won) => process.send?.(won, () => process.exit()));
});

async function claimAll(): Promise<number[]> {
  const outcomes = await Promise.all(
    Array.from({ length: Number(events) }, async (_, event) => {
      const token = crypto.randomUUID();
      const { status } = await store.claim(`event ${event}`, { token, leaseMs: 60_000 });
      if (status !== "claimed") return undefined;
      const completed = await store.complete(`event ${event}`, { token, retentionMs: 60_000 });
      if (!completed) throw new Error(`event ${event} was claimed but not completed`);
      return event;
    }),
  );
  return outcomes.filter((event) => event !== undefined);
}
