import type { Place } from "./places.ts";

/** Where a process is with an event when it is killed, while it receives it. */
export const receivingSteps = ["before storing", "after storing", "before the answer"] as const;

/** … and while it works on it. */
export const workingSteps = [
  "in the handler",
  "inside the transaction",
  "after the effect",
  "before the outcome is written",
] as const;

export type Step = (typeof receivingSteps)[number] | (typeof workingSteps)[number];

/** Such a process gets the place, and then an event's id for each step. */
export interface CrashSettings {
  readonly place: Place;
  readonly ids: Readonly<Record<Step, string>>;
}
