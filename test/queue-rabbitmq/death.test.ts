import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryStore, type ReceiptRecord } from "@countersign/core";
import { standardWebhooks } from "@countersign/core/providers";
import { webhook } from "@countersign/node";
import { rabbitmqQueue } from "@countersign/queue-rabbitmq";
import { createPublisher, createSender, memorySubscriptions } from "@countersign/sender";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nextMessage, startScript } from "../conformance/script.ts";
import { isExhaustive } from "../share.ts";
import { type Broker, brokerMissing, ownBroker } from "./broker.ts";
import type { WorkerSettings } from "./worker.ts";

const EVENTS = isExhaustive ? 10_000 : 3000;
const PUBLISHERS = 2;
const WORKERS = 3;
const IN_FLIGHT = 100;
const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;

describe.skipIf(brokerMissing !== undefined)(
  `events that were published while broker and workers die${brokerMissing ?? ""}`,
  () => {
    let broker: Broker;
    const workers = new Set<ChildProcess>();
    const runsById = new Map<string, number>();
    const receipts: Record<string, number> = {};
    let handled = 0;

    // One in fifty fails at first, so that delayed retries are under way when the broker dies.
    const receive = webhook(
      {
        provider: standardWebhooks,
        secret,
        store: memoryStore(),
        onReceipt: ({ outcome, settlement }: ReceiptRecord) => {
          const name = settlement === undefined ? outcome : `${outcome}, ${settlement}`;
          receipts[name] = (receipts[name] ?? 0) + 1;
        },
      },
      ({ id = "" }, { res }) => {
        const number = Number(id.split("-")[1]);
        if (number % 50 === 0 && !failedOnce.has(id)) {
          failedOnce.add(id);
          res.writeHead(503).end();
          return;
        }
        handled++;
        runsById.set(id, (runsById.get(id) ?? 0) + 1);
      },
    );
    const failedOnce = new Set<string>();
    const server = createServer((req, res) => void receive(req, res));

    beforeAll(async () => {
      broker = await ownBroker();
      await broker.start();
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
    }, 90_000);

    afterAll(async () => {
      for (const worker of workers) worker.kill("SIGKILL");
      server.closeAllConnections();
      server.close();
      await broker.remove();
    });

    async function startWorker(): Promise<ChildProcess> {
      const { port } = server.address() as AddressInfo;
      const settings: WorkerSettings = {
        amqpUrl: broker.url,
        queueName: "death",
        receiverUrl: `http://127.0.0.1:${port}/`,
        secret,
      };
      const worker = startScript(new URL("worker.ts", import.meta.url), JSON.stringify(settings));
      workers.add(worker);
      await nextMessage(worker);
      return worker;
    }

    async function untilHandled(count: number): Promise<void> {
      const untilMs = performance.now() + 120_000;
      while (runsById.size < count) {
        if (performance.now() > untilMs)
          throw new Error(`${runsById.size} of ${count} were handled.`);
        // oxlint-disable-next-line no-await-in-loop -- waits
        await sleep(20);
      }
    }

    test(
      `all reach the receiver, whose handler runs once for each (${EVENTS} events, ${PUBLISHERS} publishers, ${WORKERS} workers)`,
      { timeout: 180_000 },
      async () => {
        const [first] = await Promise.all(Array.from({ length: WORKERS }, startWorker));
        const sender = createSender();
        const queues = Array.from({ length: PUBLISHERS }, () =>
          rabbitmqQueue({ url: broker.url, name: "death", enqueueTimeoutMs: 60_000 }),
        );
        const confirmed = new Set<string>();
        let refused = 0;
        let next = 0;
        const publishing = queues.flatMap((queue) => {
          const publisher = createPublisher({
            sender,
            subscriptions: memorySubscriptions({ shared: true }),
            queue,
          });
          return Array.from({ length: IN_FLIGHT }, async () => {
            for (;;) {
              const number = next++;
              if (number >= EVENTS) return;
              const event = {
                type: "photo.liked",
                body: { data: { number } },
                id: `event-${number}`,
              };
              try {
                // oxlint-disable-next-line no-await-in-loop -- one after the other
                await publisher.publish(event);
                confirmed.add(event.id);
              } catch {
                refused++;
              }
            }
          });
        });

        await untilHandled(0.15 * EVENTS);
        await broker.kill();
        const handledAtDeath = runsById.size;
        await broker.start();
        await untilHandled(0.4 * EVENTS);
        first?.kill("SIGKILL");
        await startWorker();
        await untilHandled(0.6 * EVENTS);
        await broker.kill();
        await broker.start();

        await Promise.all(publishing);
        await untilHandled(confirmed.size);
        // Whatever else is on its way: duplicates must have had their chance.
        await sleep(3000);

        expect(handledAtDeath).toBeLessThan(EVENTS);
        expect(confirmed.size + refused).toBe(EVENTS);
        expect([...confirmed].filter((id) => !runsById.has(id))).toEqual([]);
        expect([...runsById].filter(([, runs]) => runs !== 1)).toEqual([]);
        expect(handled).toBe(runsById.size);
        console.info(
          `${confirmed.size} confirmed, ${refused} refused, ${runsById.size} handled once each; receipts:`,
          receipts,
        );
        await Promise.all(queues.map((queue) => queue.close()));
        await sender.close();
      },
    );
  },
);
