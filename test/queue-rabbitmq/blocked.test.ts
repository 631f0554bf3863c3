import { setTimeout as sleep } from "node:timers/promises";
import { rabbitmqQueue } from "@countersign/queue-rabbitmq";
import type { Job } from "@countersign/sender";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Broker, brokerMissing, ownBroker } from "./broker.ts";

const job = (id: string): Job => ({ event: { id, type: "a", body: {}, timestampMs: 1 } });

describe.skipIf(brokerMissing !== undefined)(
  `a broker that takes nothing more, since its memory runs out${brokerMissing ?? ""}`,
  () => {
    let broker: Broker;
    beforeAll(async () => {
      broker = await ownBroker();
      await broker.start();
    }, 90_000);
    afterAll(() => broker.remove());

    test("is worked off by the workers all the same, who can be stopped, and takes jobs again afterwards", async () => {
      const queue = rabbitmqQueue({ url: broker.url, name: "blocked", enqueueTimeoutMs: 1000 });
      const ran = new Set<string>();
      let fails = false;
      const failed = new Set<string>();
      const run = async ({ event }: Job): Promise<void> => {
        if (fails) {
          failed.add(event.id);
          // The last fails when the workers have waited long enough for the others.
          await sleep(event.id === "failing" ? 10 : 2000);
          throw new Error("the database is away");
        }
        ran.add(event.id);
      };
      const ids = Array.from({ length: 50 }, (_, index) => String(index));
      await Promise.all(ids.map((id) => queue.enqueue(job(id))));

      await broker.setMemoryAlarm(true);
      // Whoever publishes is not read from any more.
      await expect(queue.enqueue(job("late"))).rejects.toThrow("has not confirmed the job");
      const consumer = await queue.consume(run, { concurrency: 4 });
      await expect.poll(() => ids.every((id) => ran.has(id))).toBe(true);
      await consumer.stop();

      await broker.setMemoryAlarm(false);
      await Promise.all([queue.enqueue(job("failing")), queue.enqueue(job("failing late"))]);
      fails = true;
      await broker.setMemoryAlarm(true);
      await queue.enqueue(job("never")).catch(() => {});
      // What fails can't be put aside now, and goes back to the broker at the end.
      const failing = await queue.consume(run, { concurrency: 4 });
      await expect.poll(() => failed.has("failing") && failed.has("failing late")).toBe(true);
      const startMs = performance.now();
      await failing.stop();
      expect(performance.now() - startMs).toBeLessThan(10_000);

      fails = false;
      await broker.setMemoryAlarm(false);
      const again = await queue.consume(run, { concurrency: 4 });
      await expect.poll(() => ran.has("failing")).toBe(true);
      await expect.poll(() => ran.has("failing late")).toBe(true);
      await again.stop();
      await queue.close();
    }, 180_000);
  },
);
