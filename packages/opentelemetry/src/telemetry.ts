import type { Arrival, Observation, Observer, ReceiptRecord } from "@countersign/core";
import {
  context,
  type Context,
  type MeterProvider,
  metrics,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type TracerProvider,
} from "@opentelemetry/api";
import { arrivalAttributes, errorTypeOf, recordAttributes } from "./attributes.ts";
import { FirstAttempts } from "./first-attempts.ts";
import { type DeliveryLogger, logOf } from "./logs.ts";
import { type CountRecord, countRecords } from "./metrics.ts";
import { checkOptions } from "./option-checks.ts";

/** The destination of telemetry. Default: what the SDK has registered globally. */
export interface TelemetryOptions {
  /** Makes the spans. Default: the global one; without an SDK, nothing. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Makes the metrics. Default: the global one; without an SDK, nothing. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Gets a log record for each delivery: `logs.getLogger("webhooks")` of `@opentelemetry/api-logs`. Default: no logs. */
  readonly logger?: DeliveryLogger | undefined;
  /**
   * Adds the error that the handler threw, with its stack, to the span as an exception event. Default true. False where errors of yours may quote
   * what must not leave the process.
   */
  readonly recordExceptions?: boolean | undefined;
}

/** The name of the instrumentation scope. */
const SCOPE = "@countersign/opentelemetry";

/**
 * Follows deliveries with OpenTelemetry: a span for each, whose children are the spans of the store and of the handler; counters and
 * histograms; and logs, where there is a logger. Pass it to any receiver or middleware as `observe`. One may serve many endpoints.
 *
 * @param options where it goes; by default to the SDK that is registered when the first delivery arrives
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * app.post("/github", webhook({ provider: github, secret, observe: telemetry() }, (event) => queue.add(event.body)));
 * ```
 */
export function telemetry(options: TelemetryOptions = {}): Observer {
  checkOptions(options);
  const { logger, recordExceptions = true } = options;
  const tracer = (options.tracerProvider ?? trace).getTracer(SCOPE);
  const attempts = new FirstAttempts();
  let count: CountRecord | undefined;
  return (arrival) => {
    // Only now: a meter that is asked for before the SDK is registered would stay silent.
    count ??= countRecords((options.meterProvider ?? metrics).getMeter(SCOPE));
    const span = tracer.startSpan(`process ${arrival.endpoint}`, {
      kind: SpanKind.CONSUMER,
      attributes: arrivalAttributes(arrival),
    });
    const own = trace.setSpan(context.active(), span);
    return observationOf({ arrival, span, own, count, attempts, logger, recordExceptions });
  };
}

/** The state that is kept for one delivery. */
interface Followed {
  readonly arrival: Arrival;
  readonly span: Span;
  /** The context in which its work runs. */
  readonly own: Context;
  readonly count: CountRecord;
  readonly attempts: FirstAttempts;
  readonly logger: DeliveryLogger | undefined;
  readonly recordExceptions: boolean;
}

function observationOf(followed: Followed): Observation {
  const { arrival, span, own, count, attempts, logger } = followed;
  return {
    run: (work) => context.with(own, work),
    verified(event) {
      const first = attempts.firstOf(arrival.endpoint, event, span.spanContext());
      if (first === undefined) return;
      span.addLink({ context: first, attributes: { "countersign.link": "first_attempt" } });
    },
    report(record) {
      count(record);
      logger?.emit(logOf(arrival, record, own));
      // Its span has ended with the record before.
      if (record.late !== true) end(followed, record);
    },
  };
}

function end({ span, recordExceptions }: Followed, record: ReceiptRecord): void {
  span.setAttributes(recordAttributes(record));
  const errorType = errorTypeOf(record);
  if (errorType !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: record.message ?? errorType });
    if (recordExceptions && record.error instanceof Error) span.recordException(record.error);
  }
  span.end();
}
