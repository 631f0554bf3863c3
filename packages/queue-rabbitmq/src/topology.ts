import type { Channel, Options } from "amqplib";

/**
 * The waits that there are queues for, in milliseconds: each four times the one before. Any delay is made of a few of them, one after the
 * other. (A time to live of each message's own would not do: a queue lets messages expire at its head only, so that a long one holds up the
 * short ones behind it.)
 */
const DELAYS_MS: readonly number[] = [
  250, 1000, 4000, 16_000, 64_000, 256_000, 1_024_000, 4_096_000,
];

/** A queue, with what it is declared by. */
export interface QueueDeclaration {
  readonly name: string;
  readonly options: Options.AssertQueue;
}

/** The queue in which jobs wait for a worker. */
export function mainQueue(name: string): QueueDeclaration {
  return quorum(name, deadLetteringTo(deadQueue(name).name));
}

/** The queue for messages that are not jobs, to be inspected by hand. */
function deadQueue(name: string): QueueDeclaration {
  return quorum(`${name}.dead`, {});
}

/** Declares the queue of jobs, and the one that it dead-letters to. */
export async function declareMain(channel: Channel, name: string): Promise<void> {
  for (const declaration of [deadQueue(name), mainQueue(name)]) {
    // oxlint-disable-next-line no-await-in-loop -- in this order, since the second leads to the first
    await channel.assertQueue(declaration.name, declaration.options);
  }
}

/** The queue in which a job waits until it is due. It is dead-lettered to the main queue after the longest wait that is not too long. */
export function delayQueue(name: string, delayMs: number): QueueDeclaration {
  const waitMs = DELAYS_MS.findLast((wait) => wait <= delayMs) ?? DELAYS_MS[0] ?? 0;
  return quorum(`${name}.delay.${waitMs}`, {
    "x-message-ttl": waitMs,
    ...deadLetteringTo(name),
  });
}

/** Confirms mean what they say with quorum queues: what is confirmed is on disk, and replicated where there is a cluster. */
function quorum(name: string, more: Record<string, unknown>): QueueDeclaration {
  return { name, options: { durable: true, arguments: { "x-queue-type": "quorum", ...more } } };
}

/** By default dead-lettering is at most once: a broker that dies at the wrong moment loses the message. */
function deadLetteringTo(name: string): Record<string, unknown> {
  return {
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": name,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
  };
}
