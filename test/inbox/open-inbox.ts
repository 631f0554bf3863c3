import { createReceiver, type EventInbox, type Receiver } from "@countersign/core";
import {
  type AttemptRecord,
  createInbox,
  type Inbox,
  type OrderedEngine,
  type InboxHandler,
  type InboxOptions,
  type InspectableInbox,
  type RetryPolicy,
} from "@countersign/inbox";
import type { OpenPlace } from "./places.ts";
import { provider, request, secret, type TestEvent, type TestEvents } from "./provider.ts";

/** An inbox with a receiver in front, and a memory of its attempts. */
export interface TestInbox {
  readonly inbox: Inbox;
  readonly receiver: Receiver;
  /** One record for each attempt, in order. */
  readonly attempts: readonly AttemptRecord[];
  readonly errors: readonly unknown[];
  /** Delivers an event, and returns the status of the answer. */
  readonly deliver: (id: string, more?: object) => Promise<number>;
  /** The inbox, on an engine that can list. */
  readonly inspect: () => InspectableInbox<TestEvent>;
}

/** So many attempts that none of a busy machine's events, each of whose attempts may take too long, becomes a dead letter. */
export const PATIENT_RETRY: RetryPolicy = {
  delaysSeconds: Array<number>(100).fill(0.05),
  jitter: 0,
};

/**
 * Opens an inbox at a place, of its own name where none is given.
 *
 * @param between what stands between the receiver and the inbox
 */
export function openInbox(
  { engine, store, handled }: OpenPlace,
  handler: InboxHandler<TestEvent> | undefined,
  more: Partial<InboxOptions<TestEvents, OrderedEngine>> = {},
  between: (inbox: EventInbox) => EventInbox = (inbox) => inbox,
): TestInbox {
  const attempts: AttemptRecord[] = [];
  const errors: unknown[] = [];
  const { name = `t${crypto.randomUUID().slice(0, 8)}` } = more;
  const options = {
    provider,
    engine,
    retry: { delaysSeconds: [0.05, 0.05, 0.05], jitter: 0 },
    ...(handler && { handler }),
    ...(handled && { store: handled }),
    onAttempt: (record: AttemptRecord) => attempts.push(record),
    onError: (error: unknown) => errors.push(error),
    ...more,
    name,
  };
  // Whether the engine can do what is asked of it is for the test to know.
  const inbox = createInbox(options as InboxOptions<TestEvents>);
  const receiver = createReceiver({
    provider,
    secret,
    store,
    inbox: between(inbox),
    endpoint: name,
    leaseSeconds: 1,
  });
  return {
    inbox,
    receiver,
    attempts,
    errors,
    deliver: async (id, fields) => (await receiver.handle(await request(id, fields))).status,
    inspect() {
      if (!("list" in inbox)) throw new Error("this engine can't list");
      return inbox as InspectableInbox<TestEvent>;
    },
  };
}
