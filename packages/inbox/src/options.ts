import type { ClaimStore, Provider, ReceivedEvent } from "@countersign/core";
import type { InboxEngine, OrderedEngine, TransactionalEngine } from "./engine.ts";
import type { RetryPolicy } from "./retry.ts";
import type { AttemptRecord, InboxHandler } from "./run-item.ts";

/** The options of an inbox. */
export interface InboxOptions<
  Events extends object = object,
  Engine extends InboxEngine = InboxEngine,
> {
  /** Whose events it keeps: the provider of the receiver. */
  readonly provider: Provider<Events>;
  /** The engine that keeps them: `sqliteEngine`, `pgBossEngine`, `bullmqEngine` or `rabbitmqEngine`. */
  readonly engine: Engine;
  /** Names the inbox in its engine: 1 to 100 letters, digits and `_ . -`. Default: the provider's name. */
  readonly name?: string | undefined;
  /** Processes events; `handlers({ … })` routes them by type. A process that only receives leaves it out and never calls `start`. */
  readonly handler?: InboxHandler<ReceivedEvent<NoInfer<Events>, never>> | undefined;
  /**
   * Returns the key of events that must be processed one after another, in the order in which they were stored, such as an account. A
   * failed event holds up the later ones of its key until it is done or a dead letter. Undefined: in any order. Only with an engine that
   * keeps an order (SQLite, pg-boss).
   */
  readonly orderBy?:
    | (Engine extends OrderedEngine
        ? (event: ReceivedEvent<NoInfer<Events>, never>) => string | undefined
        : never)
    | undefined;
  /**
   * Remembers which events were handled, so that `claim.completeIn(client)` can do so in the transaction of the effects: a `postgresStore`
   * or `sqliteStore` on the database of the effects. Only with an engine that has no SQL database of its own (BullMQ, RabbitMQ).
   */
  readonly store?: (Engine extends TransactionalEngine ? never : ClaimStore) | undefined;
  /** When a failed event is tried again. Default: `defaultRetry`, eleven attempts in two days. */
  readonly retry?: RetryPolicy | undefined;
  /** How long an attempt may take, in seconds. Default 300. */
  readonly timeoutSeconds?: number | undefined;
  /** How many events this process handles at once. Default 8. */
  readonly concurrency?: number | undefined;
  /** How long an event that is done is kept, in seconds. Default 259 200 (3 days). */
  readonly keepDoneSeconds?: number | undefined;
  /** How long a dead letter is kept, in seconds. Default 2 592 000 (30 days). */
  readonly keepDeadSeconds?: number | undefined;
  /** Gets one record an attempt, for a structured log. */
  readonly onAttempt?: ((record: AttemptRecord) => void) | undefined;
  /** Gets what keeps workers from working, such as a database that is away; they go on trying. Default: `process.emitWarning`. */
  readonly onError?: ((error: unknown) => void) | undefined;
}
