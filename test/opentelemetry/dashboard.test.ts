import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createReceiver, sign, type SignedMessage } from "@countersign/core";
import { slack } from "@countersign/core/providers";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { telemetry } from "@countersign/opentelemetry";
import { beforeAll, describe, expect, test } from "vitest";
import { SECRET } from "../conformance/delivery.ts";

interface Target {
  readonly expr: string;
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly Target[] }[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
}

const dashboard = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@countersign/opentelemetry/dashboard.json"),
    "utf8",
  ),
) as Dashboard;

const panels = dashboard.panels.filter(({ targets = [] }) => targets.length > 0);

class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/**
 * The names that Prometheus sees, each with its labels: as the SDK's own exporter writes them, and as the Collector and Prometheus' OTLP
 * endpoint do, which put the unit behind.
 */
const exported = new Map<string, Set<string>>();

function signed(n: number): Promise<SignedMessage> {
  const body = JSON.stringify({ type: "event_callback", event_id: `Ev${n}` });
  return sign({ body }, { provider: slack, secret: SECRET });
}

beforeAll(async () => {
  const reader = new OnDemandReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const receiver = createReceiver({
    provider: slack,
    secret: SECRET,
    observe: telemetry({ meterProvider }),
    onWarning: () => {},
  });
  // One delivery of every kind: completed, its duplicate, one that fails, one that fails too late, one that is refused.
  for (const [n, end] of [
    [1, "complete"],
    [1, "complete"],
    [2, "release"],
  ] as const) {
    const receipt = await receiver.receive(await signed(n));
    if (receipt.status !== "accepted") continue;
    await receipt.claim[end]();
    if (end === "complete") await receipt.claim.release(new Error("too late"));
  }
  await receiver.receive({ headers: {}, body: "{}" });
  const { resourceMetrics } = await reader.collect();
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the exporter has its own copy of the types
  const text = new PrometheusSerializer().serialize(resourceMetrics);
  for (const line of text.split("\n")) {
    const [, name = "", labels = ""] = /^([a-z_]+)\{(.*)\} /.exec(line) ?? [];
    if (name === "") continue;
    const known = exported.get(name) ?? new Set();
    for (const [, label = ""] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
    exported.set(name, known);
    exported.set(name.replace(/_(bucket|count|sum)$/, "_seconds_$1"), known);
  }
});

/** The names that an expression asks for, and what is in its selector. */
function askedFor(expr: string): { readonly names: string[]; readonly labels: string[] }[] {
  return [...expr.matchAll(/([a-z_]*)\{([^}]*)\}/g)].map(([, name = "", selector = ""]) => {
    const [, pattern = name] = /__name__=~"([^"]*)"/.exec(selector) ?? [];
    const labels = [...selector.matchAll(/([a-z_]+)(?:=~|!~|!=|=)/g)].map(([, at = ""]) => at);
    return {
      names: [...exported.keys()].filter((one) => new RegExp(`^(?:${pattern})$`).test(one)),
      labels: labels.filter((label) => label !== "__name__"),
    };
  });
}

const page = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");
const alarms = [...page.matchAll(/- alert: (\w+)\n\s+expr: (.+)/g)].map(
  ([, name = "", expr = ""]) => [name, [{ expr }]] as const,
);

test.each([...panels.map(({ title, targets = [] }) => [title, targets] as const), ...alarms])(
  "%s: asks for metrics and labels that are there",
  (_, targets) => {
    for (const { expr } of targets) {
      const by = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, at = ""]) => at.split(", "));
      const asked = askedFor(expr);
      expect(asked).not.toEqual([]);
      for (const { names, labels } of asked) {
        expect([expr, names.length]).not.toEqual([expr, 0]);
        for (const name of names) {
          expect([...(exported.get(name) ?? [])]).toEqual(
            expect.arrayContaining([...labels, ...by]),
          );
        }
      }
    }
  },
);

test("there are alarms on the page about operating", () => {
  expect(alarms.length).toBeGreaterThan(3);
});

describe("the dashboard", () => {
  test("shows every metric that there is", () => {
    const shown = panels.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => askedFor(expr).flatMap(({ names }) => names)),
    );
    const families = new Set([...exported.keys()].filter(isOurs).map(familyOf));
    expect(families).toEqual(
      new Set([
        "countersign_claim_duration",
        "countersign_decision_duration",
        "countersign_deliveries_total",
        "countersign_delivery_age",
        "countersign_late_failures_total",
        "messaging_process_duration",
      ]),
    );
    expect(new Set(shown.map(familyOf))).toEqual(families);
  });

  test("lists the endpoints by a label that is there", () => {
    const [definition = ""] = dashboard.templating.list.flatMap((one) => one.definition ?? []);
    const [, name = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
    expect([...(exported.get(name) ?? [])]).toContain(label);
  });
});

/** The name of a metric, without what an exporter adds to it. */
function familyOf(name: string): string {
  return name.replace(/(_seconds)?_(bucket|count|sum)$/, "");
}

/** The exporter adds metrics of its own, about the process. */
function isOurs(name: string): boolean {
  return /^(countersign|messaging)_/.test(name);
}
