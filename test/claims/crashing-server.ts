import { webhook } from "@countersign/express";
import express from "express";
import { openPlace, type Place } from "./places.ts";
import { provider, secret } from "./provider.ts";

/** Where the process kills itself; `never`: it is the one that the provider's retry reaches. */
export type CrashStep =
  | "after the claim"
  | "in the handler"
  | "after the effect"
  | "before the response"
  | "never";

export interface CrashSettings {
  readonly place: Place;
  readonly step: CrashStep;
  /** Whether effect and dedup record commit in one transaction. */
  readonly transactional: boolean;
}

// A server that dies of SIGKILL at one step of a delivery.
const { place, step, transactional } = JSON.parse(process.argv[2] ?? "") as CrashSettings;
const { store, addEffect, addEffectWith } = await openPlace(place);

function dieAt(reached: CrashStep): void {
  if (reached === step) process.kill(process.pid, "SIGKILL");
}

const app = express();
app.post(
  "/",
  webhook(
    {
      provider,
      secret,
      store,
      leaseSeconds: 1,
      // Called when the claim is settled, and before the response goes out.
      onReceipt: ({ settlement }) => {
        if (settlement === "completed") dieAt("before the response");
      },
    },
    async ({ id = "" }, { claim }) => {
      dieAt("after the claim");
      if (transactional) {
        await addEffectWith(claim, id, () => dieAt("in the handler"));
      } else {
        await new Promise((resolve) => setTimeout(resolve, 5));
        dieAt("in the handler");
        await addEffect(id);
      }
      dieAt("after the effect");
    },
  ),
);
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`);
});
process.on("disconnect", () => process.exit());
