import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type RabbitmqQueue, rabbitmqQueue } from "@countersign/queue-rabbitmq";
import type { Job } from "@countersign/sender";
import { type Channel, type ChannelModel, connect } from "amqplib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

const url = process.env["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
const missing = await (async () => {
  try {
    await (await connect(url, { timeout: 2000 })).close();
    return undefined;
  } catch (error) {
    if (process.env["REQUIRE_SERVICES"] === "1") throw error;
    return `: there is none at ${new URL(url).host} (AMQP_URL)`;
  }
})();

const job = (id: string): Job => ({ event: { id, type: "a", body: {}, timestampMs: 1 } });

const deadLetteringTo = (to: string): object => ({
  "x-dead-letter-exchange": "",
  "x-dead-letter-routing-key": to,
  "x-dead-letter-strategy": "at-least-once",
  "x-overflow": "reject-publish",
});

describe.skipIf(missing !== undefined)(`a queue on RabbitMQ${missing ?? ""}`, () => {
  let admin: ChannelModel;
  let channel: Channel;
  let queue: RabbitmqQueue;
  let name: string;

  beforeAll(async () => {
    admin = await connect(url);
  });
  afterAll(() => admin.close());
  beforeEach(async () => {
    name = `test-${randomUUID()}`;
    queue = rabbitmqQueue({ url, name, onError: () => {} });
    channel = await admin.createChannel();
  });
  afterEach(async () => {
    await queue.close();
    for (const suffix of [
      "",
      ".dead",
      ".delay.250",
      ".delay.1000",
      ".delay.4000",
      ".delay.16000",
      ".delay.4096000",
    ]) {
      // oxlint-disable-next-line no-await-in-loop
      await channel.deleteQueue(name + suffix);
    }
    await channel.close();
  });

  async function waiting(suffix: string): Promise<number> {
    return (await channel.checkQueue(name + suffix)).messageCount;
  }

  /** Consumes until that many jobs were run; returns their ids with the time each took. */
  async function take(count: number, concurrency = 4): Promise<{ id: string; afterMs: number }[]> {
    const startMs = performance.now();
    const taken: { id: string; afterMs: number }[] = [];
    const consumer = await queue.consume(
      async ({ event }) => {
        taken.push({ id: event.id, afterMs: performance.now() - startMs });
      },
      { concurrency },
    );
    await expect.poll(() => taken.length, { interval: 10 }).toBe(count);
    await consumer.stop();
    return taken;
  }

  test("says how many jobs wait for a worker", async () => {
    expect(await queue.waiting()).toBe(0);
    await queue.enqueue(job("1"));
    await queue.enqueue(job("2"), { delayMs: 60_000 });
    expect(await queue.waiting()).toBe(1);
  });

  test("keeps what was added until a worker comes, in order", async () => {
    for (const id of ["1", "2", "3"]) {
      // oxlint-disable-next-line no-await-in-loop
      await queue.enqueue(job(id));
    }
    expect(await waiting("")).toBe(3);
    expect((await take(3, 1)).map(({ id }) => id)).toEqual(["1", "2", "3"]);
    await expect.poll(() => waiting("")).toBe(0);
  });

  test("lets a delayed job wait as long as it should, and no shorter one behind it", async () => {
    const startMs = performance.now();
    await queue.enqueue(job("long"), { delayMs: 2400 });
    await queue.enqueue(job("short"), { delayMs: 300 });
    await queue.enqueue(job("now"));
    const enqueuingMs = performance.now() - startMs;
    const taken = await take(3);
    expect(taken.map(({ id }) => id)).toEqual(["now", "short", "long"]);
    expect(taken[1]?.afterMs).toBeGreaterThan(250 - enqueuingMs);
    expect(taken[2]?.afterMs).toBeGreaterThan(2350 - enqueuingMs);
  });

  test("takes delays of days", async () => {
    await queue.enqueue(job("far"), { delayMs: 3 * 24 * 3600 * 1000 });
    await expect.poll(() => waiting(".delay.4096000")).toBe(1);
  });

  test("runs a job again that failed, a second later", async () => {
    const runs: string[] = [];
    const consumer = await queue.consume(
      async ({ event }) => {
        if (runs.push(event.id) === 1) throw new Error("the database is away");
      },
      { concurrency: 1 },
    );
    const startMs = performance.now();
    await queue.enqueue(job("1"));
    await expect.poll(() => runs.length).toBe(2);
    expect(performance.now() - startMs).toBeGreaterThan(900);
    await consumer.stop();
    expect(await waiting("")).toBe(0);
  });

  test("runs so many at once and no more, and stops when they have ended", async () => {
    let running = 0;
    let done = 0;
    const door = new EventEmitter();
    const opened = once(door, "open");
    const consumer = await queue.consume(
      async () => {
        running++;
        await opened;
        running--;
        done++;
      },
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 9 }, (_, index) => queue.enqueue(job(String(index)))));
    await expect.poll(() => running).toBe(3);
    await sleep(50);
    expect(running).toBe(3);
    const stopped = consumer.stop();
    door.emit("open");
    await stopped;
    expect(running).toBe(0);
    expect(done).toBe(3);
    // The rest is still there for another worker.
    await expect.poll(() => waiting("")).toBe(6);
  });

  test("puts what is no job aside, for somebody to look at", async () => {
    await queue.enqueue(job("1"));
    const noJobs = [
      "not a job",
      "null",
      '{"job":{"event":null}}',
      '{"job":{"event":{}}}',
      '{"job":{"event":{"id":"1","type":"a","body":null,"timestampMs":1}}}',
      '{"job":{"event":{"id":"1","type":"a","body":{},"timestampMs":null}}}',
    ];
    for (const content of noJobs) channel.sendToQueue(name, Buffer.from(content));
    const runs: string[] = [];
    const consumer = await queue.consume(
      async ({ event }) => {
        runs.push(event.id);
      },
      { concurrency: 1 },
    );
    await expect.poll(() => waiting(".dead")).toBe(noJobs.length);
    await consumer.stop();
    expect(runs).toEqual(["1"]);
    expect(await waiting("")).toBe(0);
  });

  test("refuses at once what can't be written as JSON", async () => {
    const startMs = performance.now();
    const { event } = job("1");
    await expect(queue.enqueue({ event: { ...event, body: { big: 1n } } })).rejects.toThrow(
      "BigInt",
    );
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  test("begins again when its queues were deleted", async () => {
    await queue.enqueue(job("1"));
    const taken: string[] = [];
    const consumer = await queue.consume(
      async ({ event }) => {
        taken.push(event.id);
      },
      { concurrency: 1 },
    );
    await expect.poll(() => taken).toEqual(["1"]);
    await channel.deleteQueue(name);
    await queue.enqueue(job("2"));
    await expect.poll(() => taken).toEqual(["1", "2"]);
    await consumer.stop();
  });

  test("declares durable quorum queues that dead-letter at least once", async () => {
    await queue.enqueue(job("1"), { delayMs: 300 });
    const expected: [string, object][] = [
      [`${name}.dead`, {}],
      [name, deadLetteringTo(`${name}.dead`)],
      [`${name}.delay.250`, { "x-message-ttl": 250, ...deadLetteringTo(name) }],
    ];
    // The broker refuses to declare a queue again in another way.
    for (const [declared, more] of expected) {
      const options = { durable: true, arguments: { "x-queue-type": "quorum", ...more } };
      // oxlint-disable-next-line no-await-in-loop
      await expect(channel.assertQueue(declared, options)).resolves.toMatchObject({
        queue: declared,
      });
    }
  });

  test("keeps a delayed job, though somebody deleted the queue that it was to wait in", async () => {
    await queue.enqueue(job("1"), { delayMs: 300 });
    await expect.poll(() => waiting("")).toBe(1);
    await channel.deleteQueue(`${name}.delay.250`);
    await queue.enqueue(job("2"), { delayMs: 300 });
    expect((await take(2)).map(({ id }) => id)).toEqual(["1", "2"]);
  });

  test("runs a job that can't even be put aside once a second, not without a pause", async () => {
    await channel.assertQueue(`${name}.delay.250`, { durable: true });
    await channel.assertQueue(`${name}.delay.1000`, { durable: true });
    let runs = 0;
    const consumer = await queue.consume(
      async () => {
        runs++;
        throw new Error("the database is away");
      },
      { concurrency: 1 },
    );
    const startMs = performance.now();
    await queue.enqueue(job("1"));
    await expect.poll(() => runs).toBeGreaterThan(0);
    await sleep(1500);
    expect(runs).toBeLessThanOrEqual(2 + (performance.now() - startMs) / 1000);
    await consumer.stop();
    await expect.poll(() => waiting("")).toBe(1);
  });

  test("loses nothing when the connection breaks again and again", async () => {
    const proxy = await breakableProxy(url);
    let lost = 0;
    const proxied = rabbitmqQueue({ url: proxy.url, name, onError: () => lost++ });
    const runs = new Map<string, number>();
    const consumer = await proxied.consume(
      async ({ event }) => {
        runs.set(event.id, (runs.get(event.id) ?? 0) + 1);
        await sleep(5);
      },
      { concurrency: 5 },
    );
    const enqueued = Array.from({ length: 1000 }, async (_, index) => {
      await sleep(index);
      await proxied.enqueue(job(String(index)));
    });
    for (let broken = 0; broken < 3; broken++) {
      const before = runs.size;
      // Only what works can break.
      // oxlint-disable-next-line no-await-in-loop
      await expect.poll(() => runs.size, { interval: 5 }).toBeGreaterThan(before);
      proxy.break();
    }
    await Promise.all(enqueued);
    await expect.poll(() => runs.size, { timeout: 40_000 }).toBe(1000);
    // To publish and to consume, and again after each break.
    expect(proxy.connections).toBeGreaterThanOrEqual(5);
    expect(lost).toBeGreaterThanOrEqual(3);
    await consumer.stop();
    await proxied.close();
    proxy.close();
  }, 60_000);
});

interface BreakableProxy {
  readonly url: string;
  readonly connections: number;
  break(): void;
  close(): void;
}

/** Stands between a client and the broker, and can break every connection. */
async function breakableProxy(target: string): Promise<BreakableProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections++;
    const upstream = connectSocket(Number(port || 5672), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const proxied = new URL(target);
  proxied.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: proxied.href,
    get connections() {
      return connections;
    },
    break: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: () => server.close(),
  };
}

test.skipIf(missing !== undefined)(
  "a queue that somebody declared in another way is an error that says so",
  async () => {
    const admin = await connect(url);
    const channel = await admin.createChannel();
    const name = `test-${randomUUID()}`;
    await channel.assertQueue(name, { durable: true });
    const errors: unknown[] = [];
    const queue = rabbitmqQueue({
      url,
      name,
      enqueueTimeoutMs: 500,
      onError: (error) => errors.push(error),
    });
    const consumer = await queue.consume(async () => {}, { concurrency: 1 });
    const refused: unknown = await queue.enqueue(job("1")).catch((error: unknown) => error);
    expect(String((refused as Error).cause)).toContain("PRECONDITION_FAILED");
    expect(String(errors[0])).toContain("PRECONDITION_FAILED");
    await consumer.stop();
    await queue.close();
    await channel.deleteQueue(name);
    await channel.deleteQueue(`${name}.dead`);
    await admin.close();
  },
);

describe("without a broker", () => {
  test("a job is refused in time, with what to do about it", async () => {
    const queue = rabbitmqQueue({ url: "amqp://127.0.0.1:9", enqueueTimeoutMs: 300 });
    const startMs = performance.now();
    await expect(queue.enqueue(job("1"))).rejects.toThrow(
      "RabbitMQ has not confirmed the job within 300 ms",
    );
    expect(performance.now() - startMs).toBeLessThan(5000);
    await queue.close();
  });

  test("a worker can be started, says what is wrong, and can be stopped", async () => {
    const errors: unknown[] = [];
    const queue = rabbitmqQueue({
      url: "amqp://127.0.0.1:9",
      onError: (error) => errors.push(error),
    });
    const consumer = await queue.consume(async () => {}, { concurrency: 1 });
    await expect.poll(() => errors).not.toEqual([]);
    await sleep(400);
    await consumer.stop();
    // It was told once, though it was tried more often.
    expect(errors).toMatchObject([{ code: "ECONNREFUSED" }]);
    await queue.close();
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("the log is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the log is away"))],
  ])(
    "a worker whose onError %s says it as a warning, goes on trying, and can be stopped",
    async (_, onError) => {
      const warned: string[] = [];
      const listen = ({ message }: Error): void => void warned.push(message);
      process.on("warning", listen);
      let tries = 0;
      const refusing = createServer((socket) => {
        tries++;
        socket.resetAndDestroy();
      });
      refusing.listen(0, "127.0.0.1");
      await once(refusing, "listening");
      const { port } = refusing.address() as AddressInfo;
      const queue = rabbitmqQueue({ url: `amqp://127.0.0.1:${port}`, onError });
      const consumer = await queue.consume(async () => {}, { concurrency: 1 });
      await expect.poll(() => tries).toBeGreaterThan(1);
      process.off("warning", listen);
      expect(warned).toEqual([
        expect.stringContaining("The workers at RabbitMQ have no connection"),
      ]);
      await consumer.stop();
      await queue.close();
      refusing.close();
    },
  );

  test("options that can't work are refused", () => {
    expect(() => rabbitmqQueue({ url: "http://localhost" })).toThrow("amqp://");
    expect(() => rabbitmqQueue(undefined as never)).toThrow("amqp://");
    expect(() => rabbitmqQueue({ url, name: "white space" })).toThrow("name must be");
    expect(() => rabbitmqQueue({ url, enqueueTimeoutMs: 0 })).toThrow("enqueueTimeoutMs");
  });
});
