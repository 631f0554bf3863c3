import { context } from "@opentelemetry/api";
import type { Logger } from "@opentelemetry/api-logs";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  type MetricData,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { telemetry, type TelemetryOptions } from "@countersign/opentelemetry";
import type { Observer } from "@countersign/core";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** The SDK with its exporters in memory, and an observer that reports to them. */
export interface Collected {
  readonly observe: Observer;
  readonly tracerProvider: BasicTracerProvider;
  readonly meterProvider: MeterProvider;
  /** The spans that have ended. */
  readonly spans: () => readonly ReadableSpan[];
  readonly logs: () => readonly ReadableLogRecord[];
  readonly metrics: () => Promise<readonly MetricData[]>;
  /** The points of a metric, as value (a histogram's count and sum) and attributes. */
  readonly points: (name: string) => Promise<readonly Point[]>;
}

export interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
  readonly count: number;
}

export function collected(options: TelemetryOptions = {}): Collected {
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spanExporter)],
  });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: metricExporter,
        exportIntervalMillis: 2_000_000,
        exportTimeoutMillis: 1_000_000,
      }),
    ],
  });
  const logExporter = new InMemoryLogRecordExporter();
  const loggerProvider = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter: logExporter })],
  });
  const logger: Logger = loggerProvider.getLogger("webhooks");
  const metrics = async (): Promise<readonly MetricData[]> => {
    await meterProvider.forceFlush();
    const latest = metricExporter.getMetrics().at(-1);
    return latest?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  };
  return {
    observe: telemetry({ tracerProvider, meterProvider, logger, ...options }),
    tracerProvider,
    meterProvider,
    spans: () => spanExporter.getFinishedSpans(),
    logs: () => logExporter.getFinishedLogRecords(),
    metrics,
    async points(name) {
      const found = (await metrics()).find(({ descriptor }) => descriptor.name === name);
      return (found?.dataPoints ?? []).map(pointOf);
    },
  };
}

function pointOf({
  attributes,
  value,
}: DataPoint<number> | DataPoint<Histogram> | DataPoint<unknown>): Point {
  if (typeof value === "number") return { attributes, value, count: 1 };
  const { sum = 0, count } = value as Histogram;
  return { attributes, value: sum, count };
}
