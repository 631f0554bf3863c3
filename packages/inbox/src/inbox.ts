import type { EventInbox } from "@countersign/core";
import type { InspectableEngine, ItemState, ListOptions, StoredItem } from "./engine.ts";

/** Keeps events durably and runs a handler over them; made by `createInbox`. Pass it to a receiver as `inbox`. */
export interface Inbox extends EventInbox {
  /**
   * Starts this process's workers. A process that only receives needs none.
   *
   * @throws `config_invalid` where the inbox has no handler
   */
  start(): Promise<void>;
  /**
   * Takes no more events, and resolves when the outcome of everything under way is written down.
   *
   * @param options `graceSeconds`: how long handlers may go on, default 30. Then their `claim.signal` aborts and their events are due again
   * @throws `config_invalid` where `graceSeconds` is no such time
   */
  stop(options?: { readonly graceSeconds?: number }): Promise<void>;
}

/** An event as the inbox keeps it. */
export interface InboxItem<Event> extends Omit<StoredItem, "event"> {
  readonly event: Event;
}

/** An inbox whose events can be looked at and changed one by one. */
export interface InspectableInbox<Event> extends Inbox {
  /**
   * Lists events, those that were stored first coming first.
   *
   * @param options `state`, default all; `limit`, default 100; `offset`, default 0
   * @throws `config_invalid` where one of them can't work
   */
  list(options?: ListOptions): Promise<InboxItem<Event>[]>;
  /** Returns an event; undefined where there is none with this id. */
  get(id: string): Promise<InboxItem<Event> | undefined>;
  /** Counts the events in each state: for a metric, and an alarm when `dead` grows. */
  counts(): Promise<Record<ItemState, number>>;
  /**
   * Makes a dead letter due again, with all of its attempts, or a waiting event due now.
   *
   * @returns false where there is no such event, or it is running or done
   */
  retry(id: string): Promise<boolean>;
  /**
   * Deletes an event, whatever its state, unless it is running.
   *
   * @returns false where there is no such event, or it is running
   */
  discard(id: string): Promise<boolean>;
  /**
   * Deletes events that are done, or dead letters, by age. Workers do so by themselves after `keepDoneSeconds` and `keepDeadSeconds`.
   *
   * @param state which of them
   * @param options `olderThanSeconds`: since when they must have been finished
   * @returns how many were deleted
   * @throws `config_invalid` where `state` is another one, or `olderThanSeconds` is missing or below 0
   */
  prune(state: "done" | "dead", options: { readonly olderThanSeconds: number }): Promise<number>;
}

/** The methods that an inbox has with an engine. RabbitMQ can't list a queue, so its inbox has no such methods. */
export type InboxOn<Engine, Event> = Engine extends InspectableEngine
  ? InspectableInbox<Event>
  : Inbox;
