import { EventEmitter, once } from "node:events";
import type { EventInbox } from "@countersign/core";
import type { InboxEngine } from "@countersign/inbox";
import { openInbox, PATIENT_RETRY } from "./open-inbox.ts";
import { openPlace } from "./places.ts";
import { type CrashSettings, receivingSteps, type Step, workingSteps } from "./steps.ts";

/** Has an event at each step, and then dies: at the one that nothing can wait at, inside of a transaction that may be synchronous. */
const { place: at, ids } = JSON.parse(process.argv[2] ?? "") as CrashSettings;
const place = await openPlace(at);
const LAST: Step = "inside the transaction";
const arrivals = new EventEmitter();
const allOthers = Promise.all(
  [...receivingSteps, ...workingSteps]
    .filter((step) => step !== LAST)
    .map((step) => once(arrivals, step)),
);

/** Holds an event for ever that has come to its step. */
async function waitAt(step: Step, id: string | undefined): Promise<void> {
  if (id !== ids[step]) return;
  arrivals.emit(step);
  await new Promise(() => {});
}

function say(message: object): Promise<unknown> {
  return new Promise((resolve) => process.send?.(message, resolve));
}

const receiving = openInbox(
  place,
  undefined,
  { name: "receiving" },
  (stored: EventInbox): EventInbox => ({
    async store(event, ...more) {
      await waitAt("before storing", event.id);
      await stored.store(event, ...more);
      await waitAt("after storing", event.id);
    },
  }),
);

/** An engine that holds outcomes back. */
const engine: InboxEngine = {
  ...place.engine,
  work: (queue, run, terms) =>
    place.engine.work(
      queue,
      async (item) => {
        const outcome = await run(item);
        await waitAt("before the outcome is written", JSON.parse(item.event).id);
        return outcome;
      },
      terms,
    ),
};
const working = openInbox(
  { ...place, engine },
  async ({ id = "" }, { claim }) => {
    await waitAt("in the handler", id);
    if (id === ids[LAST]) await allOthers;
    await place.addEffect(claim, id, () => {
      if (id === ids[LAST]) process.kill(process.pid, "SIGKILL");
    });
    await waitAt("after the effect", id);
  },
  { name: "working", timeoutSeconds: 2, retry: PATIENT_RETRY },
);

for (const step of workingSteps) await say({ step, status: await working.deliver(ids[step]) });
for (const step of receivingSteps) {
  void (async () => {
    const status = await receiving.deliver(ids[step]);
    await waitAt("before the answer", ids[step]);
    await say({ step, status });
  })();
}
process.on("disconnect", () => process.exit());
await working.inbox.start();
