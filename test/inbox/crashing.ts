import type { EventInbox } from "@countersign/core";
import { openInbox } from "./open-inbox.ts";
import { openPlace } from "./places.ts";
import type { CrashSettings, Step } from "./steps.ts";

/** Receives one event, works on it, and dies at a step. */
const { place: at, name, step } = JSON.parse(process.argv[2] ?? "") as CrashSettings;
const place = await openPlace(at);

function dieAt(reached: Step): void {
  if (reached === step) process.kill(process.pid, "SIGKILL");
}

const { inbox, deliver } = openInbox(
  place,
  async ({ id = "" }, { claim }) => {
    dieAt("in the handler");
    await place.addEffect(claim, id, () => dieAt("inside the transaction"));
    dieAt("after the effect");
  },
  { name, timeoutSeconds: 2, onAttempt: () => dieAt("before the outcome is written") },
  (stored: EventInbox): EventInbox => ({
    async store(...args) {
      dieAt("before storing");
      await stored.store(...args);
      dieAt("after storing");
    },
  }),
);

process.on("message", (id: string) => {
  void (async () => {
    const status = await deliver(id);
    dieAt("before the answer");
    process.send?.(status);
    await inbox.start();
  })();
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
