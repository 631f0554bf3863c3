import type { Dispatcher } from "undici";
import { Exchange } from "./exchange.ts";
import { ADDRESS_BLOCKED } from "./guard.ts";
import { readRetryAfter } from "./retry-after.ts";

/**
 * Why an attempt failed.
 *
 * `status`: an answer that does not count as received · `timeout`: not answered to the end in time · `refused`, `reset`, `unreachable`,
 * `dns`, `tls`: no connection, or one that broke · `protocol`: an answer that is no HTTP · `blocked`: not a public address · `url`: not
 * a URL that is delivered to · `config`: the event could not be signed · `aborted`: by the caller, or the sender was closed · `network`:
 * something else underneath.
 */
export type AttemptError =
  | "status"
  | "timeout"
  | "refused"
  | "reset"
  | "unreachable"
  | "dns"
  | "tls"
  | "protocol"
  | "blocked"
  | "url"
  | "config"
  | "aborted"
  | "network";

/** One try to deliver, as plain data. */
export interface Attempt {
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly durationMs: number;
  /** The answer's status, where one came; also where the rest of the answer did not come in time. */
  readonly status?: number;
  /** Why it failed; undefined where it was received. */
  readonly error?: AttemptError;
  /** The error underneath, for an operator. */
  readonly detail?: string;
  /** The length of the body that was sent. */
  readonly sentBytes: number;
  /** How much of the answer's body was read. */
  readonly receivedBytes: number;
  /** The wait that the answer's `Retry-After` asked for, in milliseconds; the policy caps it. */
  readonly retryAfterMs?: number;
}

/** How one request is made. */
export interface AttemptOptions {
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly isSuccess: (status: number) => boolean;
  readonly signal: AbortSignal | undefined;
}

/** Posts once. Never throws: whatever happens is in the record. */
export async function post(
  { origin, pathname, search }: URL,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: Uint8Array },
  { dispatcher, timeoutMs, maxResponseBytes, isSuccess, signal }: AttemptOptions,
): Promise<Attempt> {
  const startedAtMs = Date.now();
  const startMs = performance.now();
  let error: AttemptError | undefined;
  let detail: string | undefined;

  const exchange = new Exchange(maxResponseBytes);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    exchange.stop(new Error(`No complete answer within ${timeoutMs} ms.`));
  }, timeoutMs);
  const abort = (): void => exchange.stop(abortReason(signal));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (signal?.aborted === true) abort();
    else {
      dispatcher.dispatch(
        {
          origin,
          path: pathname + search,
          method: "POST",
          headers,
          body,
          // The one timer above is for the whole attempt.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        exchange,
      );
    }
    await exchange.ended;
  } catch (cause) {
    error = timedOut ? "timeout" : signal?.aborted === true ? "aborted" : classOf(cause);
    detail = timedOut ? messageOf(cause) : detailOf(cause);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
  const { status, receivedBytes } = exchange;
  const retryAfterMs = readRetryAfter(exchange.retryAfter, Date.now());
  if (error === undefined && status !== undefined && !isSuccess(status)) error = "status";
  return {
    at: new Date(startedAtMs).toISOString(),
    durationMs: Math.round(performance.now() - startMs),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    ...(detail !== undefined && { detail }),
    sentBytes: body.length,
    receivedBytes,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** An attempt that was never made. */
export function notAttempted(error: "url" | "config", detail: string): Attempt {
  return {
    at: new Date().toISOString(),
    durationMs: 0,
    error,
    detail,
    sentBytes: 0,
    receivedBytes: 0,
  };
}

const CLASS_BY_CODE: Readonly<Record<string, AttemptError>> = {
  [ADDRESS_BLOCKED]: "blocked",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ENODATA: "dns",
  ESERVFAIL: "dns",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ETIMEDOUT: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  // The caller closed the sender.
  UND_ERR_CLOSED: "aborted",
  UND_ERR_DESTROYED: "aborted",
  // A header that the caller gave.
  UND_ERR_INVALID_ARG: "config",
};

function classOf(cause: unknown): AttemptError {
  const code = codeOf(cause);
  const known = CLASS_BY_CODE[code];
  if (known !== undefined) return known;
  if (/CERT|^ERR_(TLS|SSL)|SELF_SIGNED|UNABLE_TO_/.test(code)) return "tls";
  if (/^HPE_|^UND_ERR_(HEADERS_OVERFLOW|RES|RESPONSE|INFO)/.test(code)) return "protocol";
  return cause instanceof Error && cause.name === "HTTPParserError" ? "protocol" : "network";
}

/** Node tries a name's addresses one by one, and wraps what came of them. */
function codeOf(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return codeOf(cause.errors[0] as unknown);
  }
  return "cause" in cause ? codeOf(cause.cause) : "";
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function detailOf(cause: unknown): string {
  const code = codeOf(cause);
  const message = messageOf(cause);
  return (code === "" || message.includes(code) ? message : `${code}: ${message}`).slice(0, 300);
}
