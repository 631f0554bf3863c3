import type { ReceiptRecord } from "@countersign/core";
import type { Meter } from "@opentelemetry/api";
import { endpointAttributes, outcomeAttributes, processAttributes } from "./attributes.ts";

/** The boundaries of a duration's histogram, in seconds: those of the semantic conventions, and up to the longest handler. */
const DURATIONS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** From the same second to the third day, when most providers give up. */
const AGES = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200];

/** Counts a delivery whose record was given. */
export type CountRecord = (record: ReceiptRecord) => void;

/** Makes the instruments on a meter. */
export function countRecords(meter: Meter): CountRecord {
  const seconds = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { description, unit: "s", advice: { explicitBucketBoundaries } });
  const deliveries = meter.createCounter("countersign.deliveries", {
    description: "Deliveries, by what became of them.",
    unit: "{delivery}",
  });
  const lateFailures = meter.createCounter("countersign.late_failures", {
    description:
      "Handlers that failed after the delivery had been answered, or its claim was lost.",
    unit: "{delivery}",
  });
  const decision = seconds(
    "countersign.decision.duration",
    "How long reading, verifying and asking the store took.",
    DURATIONS,
  );
  const claim = seconds(
    "countersign.claim.duration",
    "How long the store took to answer.",
    DURATIONS,
  );
  const process = seconds(
    "messaging.process.duration",
    "How long the handler took, until the claim was settled.",
    DURATIONS,
  );
  const age = seconds(
    "countersign.delivery.age",
    "How old the event's time was when a verified delivery arrived.",
    AGES,
  );
  return (record) => {
    const endpoint = endpointAttributes(record);
    if (record.late === true) {
      lateFailures.add(1, endpoint);
      return;
    }
    const { decisionMs, claimMs, processingMs, ageMs } = record;
    deliveries.add(1, { ...endpoint, ...outcomeAttributes(record) });
    decision.record(decisionMs / 1000, { ...endpoint, "countersign.outcome": record.outcome });
    if (claimMs !== undefined) claim.record(claimMs / 1000, endpoint);
    if (processingMs !== undefined) process.record(processingMs / 1000, processAttributes(record));
    // A sender's clock may be ahead of this one.
    if (ageMs !== undefined) age.record(Math.max(0, ageMs / 1000), endpoint);
  };
}
