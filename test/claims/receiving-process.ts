import { createReceiver } from "@countersign/core";
import { openPlace, type Place } from "./places.ts";
import { delivery, provider, secret } from "./provider.ts";

// One of several processes that receive the same deliveries. It is told an event, takes it 200 times at once, and says what came of it.
const { store } = await openPlace(JSON.parse(process.argv[2] ?? "") as Place);
const receiver = createReceiver({ provider, secret, store, storeTimeoutMs: 30_000 });

export interface Outcome {
  readonly runs: number;
  readonly statuses: Readonly<Record<number, number>>;
}

process.on("message", ({ event, deliveries }: { event: string; deliveries: number }) => {
  void deliver(event, deliveries).then((outcome) => process.send?.(outcome));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function deliver(event: string, deliveries: number): Promise<Outcome> {
  let runs = 0;
  const init = await delivery(event);
  const statuses: Record<number, number> = {};
  await Promise.all(
    Array.from({ length: deliveries }, async () => {
      const { status } = await receiver.handle(
        new Request("https://localhost/", init),
        async () => {
          runs++;
          await new Promise((resolve) => setTimeout(resolve, 20));
        },
      );
      statuses[status] = (statuses[status] ?? 0) + 1;
    }),
  );
  return { runs, statuses };
}
