import type { Arrival, ReceiptRecord } from "@countersign/core";
import type { Context } from "@opentelemetry/api";
import { arrivalAttributes, type Attributes, errorTypeOf, recordAttributes } from "./attributes.ts";

/** A log record, as `Logger.emit` of `@opentelemetry/api-logs` takes it. */
export interface DeliveryLog {
  readonly eventName: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Attributes;
  readonly context: Context;
}

/** A logger: `logs.getLogger(name)` of `@opentelemetry/api-logs`, or what looks like it. */
export interface DeliveryLogger {
  emit(log: DeliveryLog): void;
}

const INFO = { severityNumber: 9, severityText: "INFO" };
const WARN = { severityNumber: 13, severityText: "WARN" };
const ERROR = { severityNumber: 17, severityText: "ERROR" };

/**
 * Writes a record as a log record: what it says, and never a body, a secret, or the text of what the handler threw, which may quote either.
 *
 * @param context of the delivery's span, so that the log leads to the trace
 */
export function logOf(arrival: Arrival, record: ReceiptRecord, context: Context): DeliveryLog {
  const { provider, outcome, code, settlement, message, late } = record;
  const what = [code ?? settlement, late && "late"].filter(Boolean).join(", ");
  return {
    eventName: "countersign.delivery",
    ...severityOf(record),
    body: `${provider}: ${outcome}${what && ` (${what})`}${message === undefined ? "" : `: ${message}`}`,
    attributes: { ...arrivalAttributes(arrival), ...recordAttributes(record) },
    context,
  };
}

function severityOf(record: ReceiptRecord): typeof INFO {
  if (errorTypeOf(record) !== undefined) return ERROR;
  return record.outcome === "rejected" ? WARN : INFO;
}
