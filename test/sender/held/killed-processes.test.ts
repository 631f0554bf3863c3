import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { standardWebhooks } from "@countersign/core/providers";
import {
  createPublisher,
  createSender,
  memoryQueue,
  postgresSubscriptions,
  type PostgresSubscriptions,
} from "@countersign/sender";
import { startReceiver, type TestReceiver } from "@countersign/sender/testing";
import { connect } from "amqplib";
import { Pool } from "pg";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { nextMessage, startScript } from "../../conformance/script.ts";
import { databaseUrl, postgresMissing } from "../subscription-stores.ts";
import type { WorkerSettings } from "./worker.ts";

const amqpUrl = process.env["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
const amqpMissing = await (async () => {
  try {
    await (await connect(amqpUrl, { timeout: 2000 })).close();
    return undefined;
  } catch (error) {
    if (process.env["REQUIRE_SERVICES"] === "1") throw error;
    return `no RabbitMQ at ${new URL(amqpUrl).host} (AMQP_URL)`;
  }
})();

const EVENTS = 40;
const allEvents = Array.from({ length: EVENTS }, (_, sent) => `msg_${sent}`);
const TIMEOUT_MS = 90_000;
const waiting = { timeout: 40_000, interval: 50 };

for (const { kind, missing, queueName } of [
  { kind: "a queue in memory", missing: postgresMissing, queueName: undefined },
  {
    kind: "RabbitMQ",
    missing: postgresMissing ?? amqpMissing,
    queueName: `held-${randomUUID()}`,
  },
]) {
  describe.skipIf(missing !== undefined)(
    `processes with PostgreSQL and ${kind} that are killed${missing === undefined ? "" : ` (${missing})`}`,
    { concurrent: true },
    () => {
      const schema = `held_${randomUUID().replaceAll("-", "")}`;
      const processes = new Set<ChildProcess>();
      const pool = new Pool({ connectionString: databaseUrl });
      let store: PostgresSubscriptions;
      let receiver: TestReceiver<{ id?: string | undefined }>;
      let id: string;
      let isBroken = true;

      beforeEach(async () => {
        store = postgresSubscriptions({ client: pool, schema });
        await store.createTables();
        const sender = createSender({ allowPrivateAddresses: true });
        const own = createPublisher({ sender, subscriptions: store, queue: memoryQueue() });
        const { subscription, secret = "" } = await own.subscribe({ url: "http://127.0.0.1:1/" });
        ({ id } = subscription);
        receiver = await startReceiver({
          provider: standardWebhooks,
          secret,
          handler: (_, { res }) => void (isBroken && res.writeHead(503).end()),
        });
        await own.update(id, { url: receiver.url });
        await sender.close();
      });

      afterEach(async () => {
        await Promise.all([...processes].map(kill));
        await receiver.close();
        await pool.query(`drop schema ${schema} cascade`);
        await pool.end();
        if (queueName === undefined) return;
        const broker = await connect(amqpUrl);
        const channel = await broker.createChannel();
        for (const suffix of ["", ".dead", ".delay.250", ".delay.1000"]) {
          // oxlint-disable-next-line no-await-in-loop
          await channel.deleteQueue(queueName + suffix);
        }
        await broker.close();
      });

      /** Starts a process with workers, and waits until they run. */
      async function startProcess(
        told: Pick<WorkerSettings, "publish" | "enable"> = {},
      ): Promise<ChildProcess> {
        const queue = queueName === undefined ? undefined : { url: amqpUrl, name: queueName };
        const settings: WorkerSettings = { databaseUrl, schema, queue, ...told };
        const child = startScript(new URL("worker.ts", import.meta.url), JSON.stringify(settings));
        processes.add(child);
        await nextMessage(child);
        return child;
      }

      async function kill(child: ChildProcess): Promise<void> {
        processes.delete(child);
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill("SIGKILL");
        await once(child, "exit");
      }

      const outcomes = async (): Promise<Record<string, number>> => {
        const counts: Record<string, number> = {};
        for (const { outcome } of await store.deliveries(id, { limit: 200 })) {
          counts[outcome] = (counts[outcome] ?? 0) + 1;
        }
        return counts;
      };

      test(
        "lose nothing between the failure that disables a subscription and the delivery after it was enabled",
        { timeout: TIMEOUT_MS },
        async ({ expect }) => {
          const first = await startProcess({ publish: EVENTS });
          if (queueName !== undefined) {
            // In the middle of holding; the queue gives what it had under way to the next.
            await vi.waitUntil(async () => ((await outcomes())["held"] ?? 0) > 3, waiting);
            await kill(first);
            await startProcess({ publish: EVENTS });
          }
          // Whether attempts or none were made before: nothing ended, and nothing waits that nobody knows of.
          await expect.poll(outcomes, waiting).toEqual({ held: EVENTS });
          expect(await store.get(id)).toMatchObject({
            active: false,
            disabledBecause: "failures",
          });
          await Promise.all([...processes].map(kill));

          isBroken = false;
          const enabling = await startProcess({ enable: id });
          // In the middle of sending.
          await receiver.waitForEvents(1, 30_000);
          await kill(enabling);
          await startProcess();
          if (queueName === undefined) {
            // What the killed process had in its memory is on record as waiting, and sent by hand or when it is late.
            await vi.waitUntil(async () => (await outcomes())["held"] === undefined, waiting);
            for (const { eventId, outcome } of await store.deliveries(id, { limit: 200 })) {
              if (outcome !== "retrying") continue;
              // oxlint-disable-next-line no-await-in-loop -- as a person would
              expect(await redeliver(eventId)).toBe(1);
            }
          }
          await expect.poll(outcomes, waiting).toEqual({ delivered: EVENTS });
          expect(new Set(receiver.events.map((event) => event.id))).toEqual(new Set(allEvents));
        },
      );

      async function redeliver(eventId: string): Promise<number> {
        const sender = createSender({ allowPrivateAddresses: true });
        const own = createPublisher({ sender, subscriptions: store, queue: memoryQueue() });
        await own.start();
        const sent = await own.redeliver(id, { eventId });
        await own.stop();
        await sender.close();
        return sent;
      }
    },
  );
}
