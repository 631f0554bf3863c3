import { rabbitmqQueue } from "@countersign/queue-rabbitmq";
import {
  createPublisher,
  createSender,
  memoryQueue,
  memorySubscriptions,
  postgresSubscriptions,
  type Publisher,
  retryPolicies,
} from "@countersign/sender";
import { Pool } from "pg";

/** The publisher, and what closes its connections. */
export interface System {
  readonly publisher: Publisher;
  /** Counts the likes and deliveries that wait for a worker. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

/** Where the system keeps its things: in memory, or where the environment says. */
export interface Environment {
  /** RabbitMQ in between, for workers in other processes. */
  readonly AMQP_URL?: string | undefined;
  /** Subscriptions in PostgreSQL, to share them with workers in other processes. */
  readonly DATABASE_URL?: string | undefined;
  /** `1` delivers to private addresses too: for trying it out on one machine. */
  readonly ALLOW_PRIVATE_ADDRESSES?: string | undefined;
}

/**
 * Refuses roles that could not work together: a worker with subscriptions of its own would take every event off the queue and deliver none.
 *
 * @throws where a role lacks what it shares with the others
 */
export function checkRole(
  role: string,
  { AMQP_URL, DATABASE_URL }: Pick<Environment, "AMQP_URL" | "DATABASE_URL">,
): void {
  if (!["all", "service", "worker"].includes(role)) {
    throw new Error(`ROLE is ${JSON.stringify(role)}; it must be all, service or worker.`);
  }
  if (role === "all") return;
  const missing = Object.entries({ AMQP_URL, DATABASE_URL }).flatMap(([name, value]) =>
    value ? [] : [name],
  );
  if (missing.length > 0) {
    throw new Error(
      `ROLE=${role} needs ${missing.join(" and ")}: the queue and the subscriptions must be shared with the other processes. Set ${missing.join(" and ")}, or leave ROLE out to run everything in one process.`,
    );
  }
}

/** Says if everything is on this machine: then deliveries may go to it too, and over plain `http:`. */
export function isLocal({
  HOST,
  AMQP_URL,
  DATABASE_URL,
}: Pick<Environment, "AMQP_URL" | "DATABASE_URL"> & {
  readonly HOST?: string | undefined;
}): boolean {
  const hosts = [AMQP_URL, DATABASE_URL].flatMap((url) => (url ? [new URL(url).hostname] : []));
  return [HOST ?? "localhost", ...hosts].every((host) =>
    /^(localhost|127\..*|\[?::1\]?)$/.test(host),
  );
}

/** Puts the system together. Not a line of the service or the worker differs between memory and RabbitMQ. */
export async function createSystem(environment: Environment): Promise<System> {
  const { AMQP_URL, DATABASE_URL, ALLOW_PRIVATE_ADDRESSES } = environment;
  const sender = createSender({
    retry: { ...retryPolicies.standardWebhooks, disableAfterFailures: 50 },
    allowPrivateAddresses: ALLOW_PRIVATE_ADDRESSES === "1",
  });
  const rabbitmq =
    AMQP_URL === undefined ? undefined : rabbitmqQueue({ url: AMQP_URL, name: "photo-likes" });
  const pool =
    DATABASE_URL === undefined ? undefined : new Pool({ connectionString: DATABASE_URL });
  // A pool tells of connections that it lost while nobody used them; unheard, that would end the process.
  pool?.on("error", ({ message }) => console.warn(`PostgreSQL: ${message}`));
  const postgres = pool && postgresSubscriptions({ client: pool, schema: "photo_likes" });
  await postgres?.createTables();
  const memory = memoryQueue();
  const publisher = createPublisher({
    sender,
    // With RabbitMQ alone there is one process: checkRole() sees to it that roles share both.
    subscriptions: postgres ?? memorySubscriptions({ shared: true }),
    queue: rabbitmq ?? memory,
    onAttempt: ({ eventId, outcome, attempt }) => {
      console.info(`delivery of ${eventId}: ${outcome} (${attempt.status ?? attempt.error})`);
    },
  });
  return {
    publisher,
    waiting: async () => rabbitmq?.waiting() ?? memory.size,
    close: async () => {
      await publisher.stop();
      await rabbitmq?.close();
      await pool?.end();
      await sender.close();
    },
  };
}
