import { setMaxListeners } from "node:events";
import type { LookupFunction } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { types } from "node:util";
import { type Provider, type Secrets, sign } from "@countersign/core";
import { LONGEST_TIMER_MS, shown } from "@countersign/core/adapter";
import { Agent } from "undici";
import { type Attempt, notAttempted, post } from "./attempt.ts";
import { configError } from "./config-error.ts";
import { type DeliveryTotals, totalsOf } from "./delivery.ts";
import { connector, targetOf } from "./guard.ts";
import { isEmptyInJson } from "./json-body.ts";
import { isWithin } from "./number-within.ts";
import { checkRetryPolicy, isSuccess, judge, retryPolicies, type RetryPolicy } from "./retry.ts";
import { warnUnknownOptions } from "./unknown-options.ts";

/** How deliveries are sent. */
export interface SenderOptions {
  /** How long an attempt may take, from resolving the name to the end of the answer, in milliseconds. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** When a delivery counts as received, and when it is tried again. Default `retryPolicies.none`: one attempt. */
  readonly retry?: RetryPolicy | undefined;
  /** How much of an answer's body is read before the connection is closed, in bytes. Default 65 536. */
  readonly maxResponseBytes?: number | undefined;
  /** Delivers to `http:` as well. Default: what `allowPrivateAddresses` is. */
  readonly allowHttp?: boolean | undefined;
  /** Delivers to addresses that are not public: for tests, or where every URL is your own. Default false. */
  readonly allowPrivateAddresses?: boolean | undefined;
  /** Resolves names, like Node's `dns.lookup`, which is the default. */
  readonly lookup?: LookupFunction | undefined;
  /** Certificate authorities to trust instead of Node's own, as PEM. */
  readonly ca?: string | undefined;
  /** The `User-Agent` header. Default `countersign`. */
  readonly userAgent?: string | undefined;
}

const OPTION_NAMES = Object.keys({
  timeoutMs: true,
  retry: true,
  maxResponseBytes: true,
  allowHttp: true,
  allowPrivateAddresses: true,
  lookup: true,
  ca: true,
  userAgent: true,
} satisfies Record<keyof SenderOptions, true>);

/** One event to one endpoint. */
export interface SendRequest {
  /** The receiver's URL, absolute. */
  readonly url: string;
  /** Whose scheme it is signed with. */
  readonly provider: Provider<object>;
  /** One secret, or several where the provider's layout carries several signatures: rotation without downtime. */
  readonly secret: Secrets;
  /** Bytes or text are sent as they are; an object as JSON, with id, type and time filled in where the provider has them in the body. */
  readonly body: Uint8Array | string | object;
  /** The event's id, kept on every retry. Default: a new `msg_…`. */
  readonly id?: string | undefined;
  /** The event's type, for providers that send one. */
  readonly type?: string | undefined;
  /** When it happened, where the provider sends that; the same on every retry. Default: now. The time of an attempt is always now. */
  readonly timestamp?: Date | number | undefined;
  /** Sends the body as the value of the provider's form field. Default false. */
  readonly form?: boolean | undefined;
  /** More headers; those of the signature can't be overridden. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The outcome of a delivery. */
export interface DeliveryRecord {
  readonly id: string;
  readonly url: string;
  readonly provider: string;
  readonly type: string | undefined;
  /** `gone`: the endpoint wants no more (410). */
  readonly outcome: "delivered" | "failed" | "gone";
  readonly attempts: readonly Attempt[];
  readonly totals: DeliveryTotals;
}

/** Signs and delivers; made by {@link createSender}. */
export interface Sender {
  /** The policy of {@link send}. */
  readonly retry: RetryPolicy;
  /**
   * Delivers one event, trying again as the policy says; it waits in this process. To have retries survive it, use a publisher with a
   * durable queue.
   *
   * Never throws for anything that a receiver can cause.
   *
   * @param request what to send and where
   * @param options `signal`: gives up, also while waiting
   * @throws `config_invalid` where the event can't be signed: a wrong secret, or a body that the provider does not send
   */
  send(request: SendRequest, options?: { readonly signal?: AbortSignal }): Promise<DeliveryRecord>;
  /** The same with one attempt, and no judgement about a retry. */
  attempt(request: SendRequest, options?: { readonly signal?: AbortSignal }): Promise<Attempt>;
  /**
   * Why a URL can't be delivered to, in a sentence for whoever gave it; undefined where nothing is against it. What a name
   * resolves to is only known, and checked, when it is connected to.
   */
  refusalOf(url: string): string | undefined;
  /** Closes the connections, after the attempts under way have ended. What waits for its next attempt ends with `aborted`. */
  close(): Promise<void>;
}

/**
 * Makes a sender: the other side of a receiver. It signs with a provider's own scheme, posts over kept-alive HTTP/1.1 connections, follows
 * no redirect, and by default connects to public addresses over `https:` only.
 *
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const sender = createSender({ retry: retryPolicies.standardWebhooks });
 * const record = await sender.send({ url, provider: standardWebhooks, secret, body: { type: "invoice.paid", data } });
 * console.log(record.outcome, record.attempts.length);
 * ```
 */
export function createSender(options: SenderOptions = {}): Sender {
  const {
    timeoutMs = 5000,
    retry = retryPolicies.none,
    maxResponseBytes = 65_536,
    allowPrivateAddresses = false,
    allowHttp = allowPrivateAddresses,
    userAgent = "countersign",
    lookup,
    ca,
  } = options;
  warnUnknownOptions("createSender", options, OPTION_NAMES);
  for (const [name, value] of Object.entries({ timeoutMs, maxResponseBytes })) {
    if (!isWithin(value, Number.MIN_VALUE, LONGEST_TIMER_MS)) {
      throw configError(
        `${name} is ${shown(value)}; it must be a number above 0, up to ${LONGEST_TIMER_MS}.`,
      );
    }
  }
  for (const [name, value] of Object.entries({ allowPrivateAddresses, allowHttp })) {
    // Text is true to JavaScript, "false" too, and would open what is guarded here.
    if (typeof value !== "boolean") {
      throw configError(`${name} is ${shown(value)}; it must be true or false.`);
    }
  }
  checkRetryPolicy(retry);
  const dispatcher = new Agent({
    connect: connector({ allowPrivateAddresses, timeoutMs, lookup, ca }),
  });
  const closing = new AbortController();
  // Each delivery that waits is one.
  setMaxListeners(0, closing.signal);
  let closed: Promise<void> | undefined;
  const rules = { allowHttp, allowPrivateAddresses };

  async function attempt(
    request: SendRequest,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Attempt> {
    const { url, provider, secret, headers: more, ...message } = request;
    const target = targetOf(url, rules);
    if (typeof target === "string") return notAttempted("url", target);
    const signed = await sign(
      {
        ...message,
        url,
        // A retry is a new attempt, at a new time.
        timestamp:
          (provider as Provider<object> | undefined)?.timestamp?.of === "attempt"
            ? undefined
            : message.timestamp,
      },
      { provider, secret },
    );
    const headers = { "user-agent": userAgent, ...lowerCased(more), ...signed.headers };
    return post(
      signed.url === undefined ? target : new URL(signed.url),
      { headers, body: signed.body },
      {
        dispatcher,
        timeoutMs,
        maxResponseBytes,
        signal,
        isSuccess: (status) => isSuccess(retry, status),
      },
    );
  }

  return {
    retry,
    attempt,
    refusalOf(url) {
      const target = targetOf(url, rules);
      return typeof target === "string" ? target : undefined;
    },
    close() {
      closing.abort();
      return (closed ??= dispatcher.close());
    },
    send: (request, given) =>
      sendUntilDone({ request, ...given }, { retry, attempt, closing: closing.signal }),
  };
}

/** Makes attempts until the policy has no more; the waits are in this process. */
async function sendUntilDone(
  { request, signal }: { readonly request: SendRequest; readonly signal?: AbortSignal },
  {
    retry,
    attempt,
    closing,
  }: Pick<Sender, "retry" | "attempt"> & { readonly closing: AbortSignal },
): Promise<DeliveryRecord> {
  const id = request.id ?? newEventId();
  const fixed = {
    ...request,
    body: copyOf(request.body, retry),
    id,
    timestamp: request.timestamp ?? Date.now(),
  };
  const attempts: Attempt[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each attempt waits for the one before
    const made = await attempt(fixed, signal && { signal });
    attempts.push(made);
    const verdict = judge(retry, attempts.length, made);
    if (verdict.outcome !== "retrying") {
      const { url, provider, type } = request;
      const { outcome } = verdict;
      const totals = totalsOf(attempts);
      return { id, url, provider: provider.name, type, outcome, attempts, totals };
    }
    // An abort ends the wait; the next attempt then says so in its record.
    const ends = signal ? AbortSignal.any([signal, closing]) : closing;
    // oxlint-disable-next-line no-await-in-loop
    await sleep(verdict.afterMs, undefined, { signal: ends }).catch(() => {});
  }
}

/** An id for an event that has none. */
export function newEventId(): string {
  return `msg_${crypto.randomUUID().replaceAll("-", "")}`;
}

/** What is sent, now and on a retry, is what was given, whatever the caller does with the object in the meantime. */
function copyOf(body: SendRequest["body"], { delaysSeconds }: RetryPolicy): SendRequest["body"] {
  if (typeof body !== "object" || body === null) return body;
  // Also those of another realm, as in jest.
  if (types.isAnyArrayBuffer(body)) return body.slice(0);
  if (ArrayBuffer.isView(body)) {
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  }
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  // Signing says what is wrong with it.
  if (isEmptyInJson(body)) return body;
  // The first attempt writes it as text before the caller goes on.
  if (delaysSeconds.length === 0) return body;
  try {
    return JSON.parse(JSON.stringify(body)) as object;
  } catch {
    // Signing says what is wrong with it.
    return body;
  }
}

function lowerCased(
  headers: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  if (headers === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
