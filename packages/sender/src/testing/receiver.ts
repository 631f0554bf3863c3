import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReceiptRecord, ReceivedEvent, ReceiverOptions } from "@countersign/core";
import { checkHandler } from "@countersign/core/adapter";
import { type NodeHandler, webhook } from "@countersign/node";

/** The options of a test receiver, beside those of every receiver. */
export interface TestReceiverOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> extends Omit<ReceiverOptions<Events, Output>, "inbox"> {
  /** Processes each event. Default: answers 200. */
  readonly handler?: NodeHandler<ReceivedEvent<Events, Output>> | undefined;
  /** Default `/webhooks`. */
  readonly path?: string | undefined;
}

/** A receiver on a port of this machine, with a memory of what came. */
export interface TestReceiver<Event> {
  /** The URL to send deliveries to. */
  readonly url: string;
  /** One record for each delivery that was decided about, in order. */
  readonly receipts: readonly ReceiptRecord[];
  /** The events that the handler processed, in order. */
  readonly events: readonly Event[];
  /** How many requests came, with those that were dropped. */
  readonly requests: number;
  /** Answers the next `times` (default 1) accepted deliveries with a failure, and gives them back for a retry. */
  fail(options?: {
    readonly status?: number;
    readonly retryAfter?: string;
    readonly times?: number;
  }): void;
  /** Lets the next `times` (default 1) accepted deliveries wait before they are processed. */
  delay(ms: number, options?: { readonly times?: number }): void;
  /** Breaks the connection of the next `times` (default 1) requests: unread, or `after` the event was processed. */
  drop(options?: { readonly when?: "before" | "after"; readonly times?: number }): void;
  /**
   * Waits until the handler has processed that many events, for `timeoutMs`. Default 3000: less than test runners wait for a test, so that
   * it is this error which is seen.
   * @throws where they did not come in time
   */
  waitForEvents(count: number, timeoutMs?: number): Promise<readonly Event[]>;
  /**
   * Forgets what came and what was to fail, and which events were processed: for `beforeEach`, so that two tests may send equal bodies.
   * A `store` of your own it leaves alone.
   */
  reset(): void;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

type Behaviour =
  | { readonly does: "fail"; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly does: "delay"; readonly ms: number }
  | { readonly does: "drop"; readonly when: "before" | "after" };

const POLL_MS = 5;

const DUPLICATES_HINT =
  " A duplicate is an event that was processed before, perhaps in an earlier test with an equal body: call reset() in beforeEach.";

/**
 * Starts a receiver on a free port of 127.0.0.1. It verifies and deduplicates as in production, and can be told to misbehave.
 *
 * @param options a receiver's options, and optionally a handler
 * @example
 * ```ts
 * const receiver = await startReceiver({ provider: standardWebhooks, secret });
 * receiver.fail({ times: 2 });
 * await sender.send({ url: receiver.url, provider: standardWebhooks, secret, body: { type: "invoice.paid" } });
 * assert.equal(receiver.events.length, 1);
 * await receiver.close();
 * ```
 */
export async function startReceiver<Events extends object, Output = never>({
  handler,
  path = "/webhooks",
  onReceipt,
  ...options
}: TestReceiverOptions<Events, Output>): Promise<TestReceiver<ReceivedEvent<Events, Output>>> {
  type Event = ReceivedEvent<Events, Output>;
  checkHandler(handler);
  const receipts: ReceiptRecord[] = [];
  const events: Event[] = [];
  const script = new Script();
  let requests = 0;

  // Each time with a memory of its own, unless a store is given.
  const makeReceiver = () =>
    webhook<Events, Output>(
      {
        // Nobody loses an event here: a provider that sends but once is no reason to warn.
        onStoreError: "reject",
        ...options,
        onReceipt: (record) => {
          receipts.push(record);
          onReceipt?.(record);
        },
      },
      misbehaving(script, handler, (event) => events.push(event)),
    );
  let receive = makeReceiver();

  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    requests++;
    if (script.next(isDrop("before")) !== undefined) req.socket.destroy();
    else if (req.url?.split("?")[0] === path) void receive(req, res);
    else res.writeHead(404).end();
  });
  const port = await listen(server);

  return {
    url: `http://127.0.0.1:${port}${path}`,
    receipts,
    events,
    get requests() {
      return requests;
    },
    fail: ({ status = 500, retryAfter, times } = {}) =>
      script.add({ does: "fail", status, retryAfter }, times),
    delay: (ms, { times } = {}) => script.add({ does: "delay", ms }, times),
    drop: ({ when = "before", times } = {}) => script.add({ does: "drop", when }, times),
    waitForEvents: (count, timeoutMs = 3000) =>
      waitFor(count, timeoutMs, { receipts, events, requests: () => requests }),
    reset() {
      receipts.length = 0;
      events.length = 0;
      script.clear();
      requests = 0;
      receive = makeReceiver();
    },
    close: () => closeAll(server),
  };
}

/** The mistakes that a receiver is still to make, in order. */
class Script {
  readonly #behaviours: Behaviour[] = [];

  add(behaviour: Behaviour, times = 1): void {
    for (let made = 0; made < times; made++) this.#behaviours.push(behaviour);
  }

  /** Takes the next one, if it is one of those. */
  next(matches: (behaviour: Behaviour) => boolean): Behaviour | undefined {
    const [first] = this.#behaviours;
    return first !== undefined && matches(first) ? this.#behaviours.shift() : undefined;
  }

  clear(): void {
    this.#behaviours.length = 0;
  }
}

const isDrop =
  (when: "before" | "after") =>
  (behaviour: Behaviour): boolean =>
    behaviour.does === "drop" && behaviour.when === when;

/** Runs the handler, and makes the mistakes of the script around it. */
function misbehaving<Event>(
  script: Script,
  handler: NodeHandler<Event> | undefined,
  processed: (event: Event) => void,
): NodeHandler<Event> {
  return async (event, context) => {
    const { claim, req, res } = context;
    const behaviour = script.next(({ does }) => does !== "drop");
    if (behaviour?.does === "delay") await sleep(behaviour.ms);
    if (behaviour?.does === "fail") {
      res.statusCode = behaviour.status;
      if (behaviour.retryAfter !== undefined) res.setHeader("retry-after", behaviour.retryAfter);
      res.end();
      return;
    }
    await handler?.(event, context);
    // A handler that answered with a failure has not processed the event.
    if (res.headersSent && (res.statusCode < 200 || res.statusCode > 299)) return;
    processed(event);
    if (script.next(isDrop("after")) !== undefined) {
      await claim.complete();
      req.socket.destroy();
    }
  };
}

async function waitFor<Event>(
  count: number,
  timeoutMs: number,
  seen: {
    readonly receipts: readonly ReceiptRecord[];
    readonly events: readonly Event[];
    readonly requests: () => number;
  },
): Promise<readonly Event[]> {
  const { receipts, events } = seen;
  const untilMs = performance.now() + timeoutMs;
  while (events.length < count) {
    if (performance.now() > untilMs) {
      const told = receipts.map(({ outcome, code }) => code ?? outcome).join(", ") || "none";
      const hint = receipts.some(({ outcome }) => outcome === "duplicate") ? DUPLICATES_HINT : "";
      throw new Error(
        `${events.length} of ${count} events were processed within ${timeoutMs} ms. ${seen.requests()} requests came; receipts: ${told}.${hint}`,
      );
    }
    // oxlint-disable-next-line no-await-in-loop -- waits
    await sleep(POLL_MS);
  }
  return events;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closeAll(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
