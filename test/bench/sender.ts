/**
 * Deliveries per second: a bare undici loop that signs and posts, beside the sender and the publisher, all in one run against the same
 * receiver. Writes `results/sender-node<version>.json`, and draws `docs/public/sender.svg`.
 * Run: node --import tsx bench/sender.ts [deliveries a round] [rounds]
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sign } from "@countersign/core";
import { standardWebhooks } from "@countersign/core/providers";
import { rabbitmqQueue } from "@countersign/queue-rabbitmq";
import {
  createPublisher,
  createSender,
  memoryQueue,
  memorySubscriptions,
  type Queue,
} from "@countersign/sender";
import { connect } from "amqplib";
import { Agent, request } from "undici";
import { barChart } from "./chart.ts";

const [deliveries = 2000, rounds = 9] = process.argv.slice(2).map(Number);
const CONCURRENCY = 32;
const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const provider = standardWebhooks;
const body = { type: "photo.liked", timestamp: "2026-01-01T00:00:00Z", data: { photo: "123" } };

const sink = spawn(
  process.execPath,
  ["--import", "tsx", fileURLToPath(new URL("sink.ts", import.meta.url))],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const url = String((await once(sink.stdout, "data"))[0]).trim();

/** Runs `work` that many times, some at once. */
async function loop(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      while (left-- > 0) await work();
    }),
  );
}

interface Contestant {
  readonly name: string;
  readonly run: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

function bareLoop(): Contestant {
  const dispatcher = new Agent();
  return {
    name: "bare loop: sign(), request()",
    run: (count) =>
      loop(count, async () => {
        const signed = await sign({ body }, { provider, secret });
        const response = await request(url, { dispatcher, method: "POST", ...signed });
        await response.body.dump();
        if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
      }),
    close: () => dispatcher.close(),
  };
}

function plainSender(): Contestant {
  const sender = createSender({ allowPrivateAddresses: true });
  return {
    name: "sender.send()",
    run: (count) =>
      loop(count, async () => {
        const { outcome } = await sender.send({ url, provider, secret, body });
        if (outcome !== "delivered") throw new Error(outcome);
      }),
    close: () => sender.close(),
  };
}

/** From the first publish to the last delivery. */
async function publisherOver(
  name: string,
  queue: Queue,
  closeQueue: () => Promise<void>,
): Promise<Contestant> {
  const sender = createSender({ allowPrivateAddresses: true });
  let delivered = 0;
  let expected = 0;
  let done: (() => void) | undefined;
  const publisher = createPublisher({
    sender,
    subscriptions: memorySubscriptions({ shared: true }),
    queue,
    concurrency: CONCURRENCY,
    onAttempt: ({ outcome }) => {
      if (outcome === "delivered" && ++delivered === expected) done?.();
    },
  });
  await publisher.subscribe({ url, secret });
  await publisher.start();
  return {
    name,
    run: async (count) => {
      delivered = 0;
      expected = count;
      const finished = new Promise<void>((resolve) => (done = resolve));
      await loop(count, () => publisher.publish({ type: body.type, body }));
      await finished;
    },
    close: async () => {
      await publisher.stop();
      await closeQueue();
      await sender.close();
    },
  };
}

async function rabbitContestant(): Promise<Contestant | undefined> {
  const amqpUrl = process.env["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
  const admin = await connect(amqpUrl, { timeout: 2000 }).catch(() => undefined);
  if (admin === undefined) {
    console.info(`RabbitMQ is left out: there is none at ${new URL(amqpUrl).host} (AMQP_URL)`);
    return undefined;
  }
  const name = `bench-${randomUUID()}`;
  const queue = rabbitmqQueue({ url: amqpUrl, name });
  return publisherOver("publisher, through RabbitMQ", queue, async () => {
    await queue.close();
    const channel = await admin.createChannel();
    await channel.deleteQueue(name);
    await channel.deleteQueue(`${name}.dead`);
    await admin.close();
  });
}

const rabbit = await rabbitContestant();
const contestants: readonly Contestant[] = [
  bareLoop(),
  plainSender(),
  await publisherOver("publisher, in memory", memoryQueue(), async () => {}),
  ...(rabbit === undefined ? [] : [rabbit]),
];

const rates = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const { name, run } of contestants) {
    const startMs = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one at a time
    await run(deliveries);
    // The first round warms up.
    if (round > 0) rates.get(name)?.push((deliveries / (performance.now() - startMs)) * 1000);
  }
}

const [bareRates = []] = rates.values();
const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
const rows = [...rates].map(([name, measured]) => ({
  name,
  perSecond: Math.round(median(measured)),
  // Of the rates of the same round, so that a busy machine is busy for both.
  toBareLoop: Number(median(measured.map((rate, n) => rate / (bareRates[n] ?? 0))).toFixed(2)),
}));
const { node } = process.versions;
console.info(
  `Node ${node}, ${process.arch}; medians of ${rounds} rounds of ${deliveries} deliveries, ${CONCURRENCY} at once`,
);
console.table(rows);
const command = "npm run bench:sender --prefix test";
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(
  new URL(`sender-node${node.split(".")[0]}.json`, results),
  `${JSON.stringify({ benchmark: "sender", command, node, arch: process.arch, rounds, deliveries, rows }, undefined, 2)}\n`,
);
writeFileSync(
  new URL("../../docs/public/sender.svg", import.meta.url),
  barChart({
    title: "Deliveries, as a share of a bare loop of sign() and request() (longer is better)",
    note: `Node ${node}, ${process.arch}, ${command}`,
    unit: "",
    bars: rows.map(({ name, toBareLoop }, index) => ({
      label: name,
      value: toBareLoop,
      isOurs: index > 0,
    })),
  }),
);
for (const { close } of contestants) {
  // oxlint-disable-next-line no-await-in-loop
  await close();
}
sink.kill();
