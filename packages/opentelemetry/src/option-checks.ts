import { WebhookError } from "@countersign/core";
import { unknownOptions } from "@countersign/core/adapter";
import type { TelemetryOptions } from "./telemetry.ts";

/** The method that each of the objects must have. */
const METHODS = { tracerProvider: "getTracer", meterProvider: "getMeter", logger: "emit" } as const;

const OPTION_NAMES = Object.keys({
  tracerProvider: true,
  meterProvider: true,
  logger: true,
  recordExceptions: true,
} satisfies Record<keyof TelemetryOptions, true>);

/** Throws `config_invalid` where an option can't work, or has a name that nothing reads. */
export function checkOptions(options: TelemetryOptions): void {
  const [unknown] = unknownOptions(options, OPTION_NAMES);
  if (unknown !== undefined) throw invalid(unknown);
  for (const [name, method] of Object.entries(METHODS)) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    if (given === undefined) continue;
    if (typeof (given as Readonly<Record<string, unknown>> | null)?.[method] !== "function") {
      throw invalid(`${name} has no method ${method}(). Pass the object itself, or leave it out.`);
    }
  }
  const { recordExceptions } = options;
  if (recordExceptions !== undefined && typeof recordExceptions !== "boolean") {
    throw invalid(`recordExceptions is ${String(recordExceptions)}; it must be true or false.`);
  }
}

function invalid(message: string): WebhookError {
  return new WebhookError("config_invalid", `telemetry(): ${message}`);
}
