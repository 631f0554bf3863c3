/**
 * Requests per second and processor time per request: a route written by hand beside the same with the middleware, in each framework.
 *
 * Each server is a process of its own on one core, the client is on the other; the servers take turns, so that a busy machine is busy for
 * all. Bodies of 1 KB, each different, GitHub's scheme, the default memory store, a handler that returns nothing.
 * Run: node --import tsx bench/http.ts [rounds] [requests a round]
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { barChart } from "./chart.ts";
import { sendAll } from "./http-client.ts";
import { FRAMEWORKS, type Framework, SECRET, type Side, SIDES } from "./http-subjects.ts";

const [rounds = 9, requestsPerRound = 3000] = process.argv.slice(2).map(Number);
const CONNECTIONS = 16;
const BODY_BYTES = 1024;

/** What is sent: `forged` has a signature of the right form that does not fit. */
type Kind = "genuine" | "forged";

interface Sample {
  readonly requestsPerSecond: number;
  readonly cpuUs: number;
}

interface Running {
  readonly framework: Framework;
  readonly side: Side;
  readonly process: ChildProcess;
  readonly port: number;
  readonly samples: Readonly<Record<Kind, Sample[]>>;
}

function pinned(core: number, command: readonly string[]): readonly string[] {
  return canPin ? ["taskset", "-c", String(core), ...command] : command;
}

function pinClient(): boolean {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync("taskset", ["-acp", "1", String(process.pid)], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function start(framework: Framework, side: Side): Promise<Running> {
  const file = fileURLToPath(new URL("http-server.ts", import.meta.url));
  const [command = process.execPath, ...args] = pinned(0, [
    process.execPath,
    "--import",
    "tsx",
    file,
    framework,
    side,
  ]);
  const child = spawn(command, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { framework, side, process: child, port, samples: { genuine: [], forged: [] } };
}

async function usageOf({ process: child }: Running): Promise<{ cpuUs: number; processed: number }> {
  child.send("usage");
  const [usage] = (await once(child, "message")) as [{ cpuUs: number; processed: number }];
  return usage;
}

function requestOf(kind: Kind): Buffer {
  const opening = `{"action":"opened","delivery":"${randomUUID()}","pad":"`;
  const body = `${opening}${"x".repeat(BODY_BYTES - opening.length - 2)}"}`;
  const secret = kind === "genuine" ? SECRET : "not the secret of the receiver";
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return Buffer.from(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
      `User-Agent: GitHub-Hookshot/044aadd\r\nX-GitHub-Event: issues\r\nX-GitHub-Delivery: ${randomUUID()}\r\n` +
      `X-Hub-Signature-256: sha256=${signature}\r\n\r\n${body}`,
  );
}

async function measure(running: Running, kind: Kind): Promise<Sample> {
  const requests = Array.from({ length: requestsPerRound }, () => requestOf(kind));
  const before = await usageOf(running);
  const { seconds } = await sendAll(
    running.port,
    requests,
    kind === "genuine" ? 200 : 401,
    CONNECTIONS,
  );
  const after = await usageOf(running);
  const expected = kind === "genuine" ? requestsPerRound : 0;
  if (after.processed - before.processed !== expected) {
    throw new Error(`${running.framework}: ${after.processed - before.processed} were processed`);
  }
  return {
    requestsPerSecond: requestsPerRound / seconds,
    cpuUs: (after.cpuUs - before.cpuUs) / requestsPerRound,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const canPin = pinClient();
const servers = await Promise.all(
  FRAMEWORKS.flatMap((framework) => SIDES.map((side) => start(framework, side))),
);
for (let round = 0; round <= rounds; round++) {
  for (const running of servers) {
    for (const kind of ["genuine", "forged"] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time
      const sample = await measure(running, kind);
      // The first round warms up.
      if (round > 0) running.samples[kind].push(sample);
    }
  }
}
for (const { process: child } of servers) child.disconnect();

const samplesOf = (framework: Framework, side: Side, kind: Kind): readonly Sample[] =>
  servers.find((one) => one.framework === framework && one.side === side)?.samples[kind] ?? [];
/** The median of the ratios of each round: both sides of a ratio ran within moments of each other. */
const ratioOf = (over: readonly Sample[], under: readonly Sample[]): number =>
  median(
    over.map(
      ({ requestsPerSecond }, round) =>
        requestsPerSecond / (under[round]?.requestsPerSecond ?? Number.NaN),
    ),
  );
const rate = (samples: readonly Sample[]): number =>
  Math.round(median(samples.map(({ requestsPerSecond }) => requestsPerSecond)));
const cpu = (samples: readonly Sample[]): number =>
  Math.round(median(samples.map(({ cpuUs }) => cpuUs)));
const rows = FRAMEWORKS.map((framework) => {
  const hand = samplesOf(framework, "hand", "genuine");
  const ours = samplesOf(framework, "ours", "genuine");
  const forged = samplesOf(framework, "ours", "forged");
  const ratio = (over: readonly Sample[]): number => Math.round(100 * ratioOf(over, hand)) / 100;
  return {
    framework,
    handPerSecond: rate(hand),
    oursPerSecond: rate(ours),
    oursToHand: ratio(ours),
    handCpuUs: cpu(hand),
    oursCpuUs: cpu(ours),
    handForgedCpuUs: cpu(samplesOf(framework, "hand", "forged")),
    forgedCpuUs: cpu(forged),
    forgedToHand: ratio(forged),
  };
});
console.info(
  `Node ${process.versions.node}, ${process.arch}, server ${canPin ? "alone on a core" : "NOT pinned to a core"}; medians of ${rounds} rounds of ${requestsPerRound}, ${CONNECTIONS} connections`,
);
console.table(rows);
const [major] = process.versions.node.split(".");
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(
  new URL(`http-node${major}.json`, results),
  `${JSON.stringify({ benchmark: "http", command: "npm run bench:http --prefix test", node: process.versions.node, arch: process.arch, pinned: canPin, rounds, requestsPerRound, rows }, undefined, 2)}\n`,
);
writeFileSync(
  new URL(`../../docs/public/http-node${major}.svg`, import.meta.url),
  barChart({
    title: "Processor time per request of 1 KB, microseconds (shorter is better)",
    note: `Node ${process.versions.node}, ${process.arch}, npm run bench:http --prefix test`,
    unit: "µs",
    bars: rows.flatMap(({ framework, handCpuUs, oursCpuUs, forgedCpuUs }) => [
      { label: `${framework}: by hand, no dedup`, value: handCpuUs },
      { label: `${framework}: Countersign`, value: oursCpuUs, isOurs: true },
      { label: `${framework}: Countersign, forged`, value: forgedCpuUs, isOurs: true },
    ]),
  }),
);
