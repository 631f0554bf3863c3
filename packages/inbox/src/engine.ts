import type { Claim, ClaimStore } from "@countersign/core";

/** An event to be stored. */
export interface NewItem {
  /** Names the item in its queue. The same id again adds nothing. */
  readonly id: string;
  /** As JSON text of what `eventToJson` returns: written once, kept as it is, and read once. */
  readonly event: string;
  /** Items with the same key are processed one after another, in the order in which they were stored. */
  readonly orderKey?: string | undefined;
  /** How long an attempt can take at the most, in milliseconds. */
  readonly timeoutMs: number;
  readonly keepDeadMs: number;
}

/** An event that a worker has taken. */
export interface TakenItem {
  readonly id: string;
  /** Counts from 1. An attempt during which the process died counts too. */
  readonly attempt: number;
  readonly storedAt: Date;
  /** The text that was stored. */
  readonly event: string;
  /** How the worker holds the item, where it has to renew that by itself. */
  readonly lease?: ItemLease | undefined;
}

/** The hold of a worker on an item. */
export interface ItemLease {
  readonly token: string;
  readonly leaseMs: number;
  /** Holds the item for `leaseMs` from now. False: another worker has it. */
  extend(): Promise<boolean> | boolean;
  /** Marks the item as done inside the user's transaction. False: another worker has it, and the transaction must be rolled back. */
  completeIn(client: never): Promise<boolean> | boolean;
}

/** The outcome of an attempt, which the engine records. */
export type Outcome =
  /** `inTransaction`: the handler's own transaction has marked the item as done already. */
  | { readonly status: "done"; readonly inTransaction: boolean }
  | { readonly status: "retrying"; readonly afterMs: number; readonly error: string }
  | { readonly status: "dead"; readonly error: string };

/** How workers work. */
export interface WorkTerms {
  readonly concurrency: number;
  /** How long an attempt can take at the most, in milliseconds. */
  readonly timeoutMs: number;
  readonly keepDoneMs: number;
  readonly keepDeadMs: number;
  /** Gets what keeps the engine from working, such as a database that is away; it goes on trying. Never throws. */
  readonly onError: (error: unknown) => void;
}

/** Workers of one queue, in this process. */
export interface EngineWorkers {
  /** Takes no more, and resolves when the outcome of everything under way is written down. */
  stop(): Promise<void>;
}

/**
 * Keeps the events of inboxes in SQLite, pg-boss, BullMQ or RabbitMQ. One engine can serve several inboxes; each has a queue of its own.
 */
export interface InboxEngine {
  /**
   * Stores an item. Resolves when it is durable.
   *
   * @param claim the receiver's claim: completed in the same transaction where `store` is in the engine's database
   */
  add(queue: string, item: NewItem, claim: Claim, store: ClaimStore | undefined): Promise<void>;
  /**
   * Takes items and runs them until it is stopped.
   *
   * @param run makes one attempt; never rejects
   */
  work(
    queue: string,
    run: (item: TakenItem) => Promise<Outcome>,
    terms: WorkTerms,
  ): Promise<EngineWorkers>;
}

/** An engine that processes items with the same `orderKey` one after another. */
export interface OrderedEngine extends InboxEngine {
  readonly ordered: true;
}

/** An engine that marks an item as done inside a transaction of the user's. */
export interface TransactionalEngine extends InboxEngine {
  readonly transactional: true;
}

/** The state of an item: see the picture in `docs/inbox.md`. */
export type ItemState = "waiting" | "running" | "done" | "dead";

/** An item as it is stored. */
export interface StoredItem {
  readonly id: string;
  readonly state: ItemState;
  /** How many attempts have begun. */
  readonly attempts: number;
  readonly storedAt: Date;
  /** When a waiting item is tried next. */
  readonly dueAt?: Date | undefined;
  /** When it was done or became a dead letter. */
  readonly finishedAt?: Date | undefined;
  /** Why the last attempt failed. */
  readonly lastError?: string | undefined;
  /** The text that was stored. */
  readonly event: string;
}

/** Which items to list. */
export interface ListOptions {
  /** Default: all. */
  readonly state?: ItemState | undefined;
  /** How many at the most. Default 100. */
  readonly limit?: number | undefined;
  /** How many to pass over. Default 0. */
  readonly offset?: number | undefined;
}

/** An engine whose items can be looked at and changed one by one. */
export interface InspectableEngine extends InboxEngine {
  list(
    queue: string,
    options: ListOptions & { readonly limit: number; readonly offset: number },
  ): Promise<StoredItem[]>;
  get(queue: string, id: string): Promise<StoredItem | undefined>;
  counts(queue: string): Promise<Record<ItemState, number>>;
  retry(queue: string, id: string): Promise<boolean>;
  discard(queue: string, id: string): Promise<boolean>;
  prune(queue: string, state: "done" | "dead", olderThanMs: number): Promise<number>;
}
