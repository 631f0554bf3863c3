import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReceiptRecord, ReceivedEvent, ReceiverOptions } from "@countersign/core";
import { checkHandler } from "@countersign/core/adapter";
import { type NodeHandler, webhook } from "@countersign/node";

/** What a test receiver can be told beside what every receiver can. */
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
  /** Where to send to. */
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
  const receipts: ReceiptRecord[] = [];
  const events: Event[] = [];
  const behaviours: Behaviour[] = [];
  checkHandler(handler);
  let requests = 0;

  /** The next behaviour, where it is one of those. */
  const next = (matches: (behaviour: Behaviour) => boolean): Behaviour | undefined =>
    behaviours[0] !== undefined && matches(behaviours[0]) ? behaviours.shift() : undefined;

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
      async (event, context) => {
        const behaviour = next(({ does }) => does !== "drop");
        if (behaviour?.does === "delay") await sleep(behaviour.ms);
        if (behaviour?.does === "fail") {
          context.res.statusCode = behaviour.status;
          if (behaviour.retryAfter !== undefined) {
            context.res.setHeader("retry-after", behaviour.retryAfter);
          }
          context.res.end();
          return;
        }
        await handler?.(event, context);
        const { headersSent, statusCode } = context.res;
        // A handler that answered with a failure has not processed the event.
        if (headersSent && (statusCode < 200 || statusCode > 299)) return;
        events.push(event);
        if (next((waiting) => waiting.does === "drop" && waiting.when === "after") !== undefined) {
          await context.claim.complete();
          context.req.socket.destroy();
        }
      },
    );
  let receive = makeReceiver();

  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    requests++;
    if (next((waiting) => waiting.does === "drop" && waiting.when === "before") !== undefined) {
      req.socket.destroy();
    } else if (req.url?.split("?")[0] === path) {
      void receive(req, res);
    } else {
      res.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  const repeat = (behaviour: Behaviour, times = 1): void => {
    for (let made = 0; made < times; made++) behaviours.push(behaviour);
  };
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}${path}`,
    receipts,
    events,
    get requests() {
      return requests;
    },
    fail: ({ status = 500, retryAfter, times } = {}) =>
      repeat({ does: "fail", status, retryAfter }, times),
    delay: (ms, { times } = {}) => repeat({ does: "delay", ms }, times),
    drop: ({ when = "before", times } = {}) => repeat({ does: "drop", when }, times),
    async waitForEvents(count, timeoutMs = 3000) {
      const untilMs = performance.now() + timeoutMs;
      while (events.length < count) {
        if (performance.now() > untilMs) {
          throw new Error(
            `${events.length} of ${count} events were processed within ${timeoutMs} ms. ` +
              `${requests} requests came; receipts: ${receipts.map(({ outcome, code }) => code ?? outcome).join(", ") || "none"}.` +
              (receipts.some(({ outcome }) => outcome === "duplicate") ? DUPLICATES_HINT : ""),
          );
        }
        // oxlint-disable-next-line no-await-in-loop -- waits
        await sleep(POLL_MS);
      }
      return events;
    },
    reset() {
      receipts.length = 0;
      events.length = 0;
      behaviours.length = 0;
      requests = 0;
      receive = makeReceiver();
    },
    close,
  };
}
