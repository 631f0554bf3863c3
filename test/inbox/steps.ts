import type { Place } from "./places.ts";

/** Where a process that receives and works kills itself. */
export const steps = [
  "before storing",
  "after storing",
  "before the answer",
  "in the handler",
  "inside the transaction",
  "after the effect",
  "before the outcome is written",
] as const;

export type Step = (typeof steps)[number];

/** What such a process is told. */
export interface CrashSettings {
  readonly place: Place;
  readonly name: string;
  readonly step: Step;
}
