import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Claim } from "@countersign/core";
import { isPending, settleByStatus, settleClaim } from "@countersign/core/adapter";
import { byteLength, lengthIn } from "./body-length.ts";
import { freeze } from "./frozen-response.ts";
import { holdOf, noteAccepted } from "./one-middleware.ts";

/** A response whose end waits for the claim. */
export interface HeldResponse {
  /**
   * The handler is done, and its status stands: from now on the claim is settled also where the response can't end any more, because
   * the sender has left.
   *
   * @param stream what the rest of the response comes from; when it fails, the claim is given back
   */
  handled(stream?: unknown): void;
}

/**
 * Settles the claim by the status of the response, before the response ends: what would complete it is held until the store has
 * answered, so that whoever saw a complete 2xx can rely on the event being remembered. That is `res.end`, and a `res.write` with which
 * the declared `Content-Length` is reached.
 *
 * Everything before goes out as it is written. From `res.end` on the response is frozen, as if it had been sent. It works with
 * whatever wraps `res.end`, before or after (compression, sessions). A sender who leaves settles nothing as long as the handler runs;
 * where this side closes the connection in the middle of a response, the claim is given back.
 */
export function holdResponse(res: ServerResponse, claim: Claim): HeldResponse {
  const hold = new Hold(res, claim);
  noteAccepted(res, hold);
  res.writeHead = heldWriteHead;
  res.write = heldWrite as ServerResponse["write"];
  res.end = heldEnd as ServerResponse["end"];
  res.on("close", heldClosed);
  return hold;
}

// The same functions for all responses. V8 puts a function that is written where a property is set into the old generation, and with it
// would stay all that the function sees, the request and its event, until the next full collection.
function heldWriteHead(this: ServerResponse, ...args: unknown[]): ServerResponse {
  return (holdOf(this) as Hold).writeHead(args);
}

function heldWrite(this: ServerResponse, ...args: unknown[]): boolean {
  return (holdOf(this) as Hold).write(args);
}

function heldEnd(this: ServerResponse, ...args: unknown[]): ServerResponse {
  return (holdOf(this) as Hold).end(args);
}

function heldClosed(this: ServerResponse): void {
  (holdOf(this) as Hold).closed();
}

class Hold implements HeldResponse {
  readonly #res: ServerResponse;
  readonly #claim: Claim;
  /** Maybe the wrappers of something in front; called in their place, with the response as `this`. */
  readonly #end: ServerResponse["end"];
  readonly #write: ServerResponse["write"];
  readonly #writeHead: ServerResponse["writeHead"];
  /** What the last `writeHead` was given, until it is looked at. */
  #headers: unknown;
  #declaredBytes = Number.POSITIVE_INFINITY;
  #writtenBytes = 0;
  #settlement: Promise<boolean> | boolean | undefined;
  #statusCode = 0;
  #heldWrites: unknown[][] | undefined;
  #heldEnd: unknown[] | undefined;
  #hasEnded = false;
  #isLetGo = false;
  #isOver = false;
  #isHandled = false;
  #thaw: (() => void) | undefined;

  constructor(res: ServerResponse, claim: Claim) {
    this.#res = res;
    this.#claim = claim;
    // oxlint-disable-next-line typescript/unbound-method
    const { end, write, writeHead } = res;
    this.#end = end;
    this.#write = write;
    this.#writeHead = writeHead;
  }

  writeHead(args: unknown[]): ServerResponse {
    // It can't be asked for afterwards.
    this.#headers = args.at(-1);
    return Reflect.apply(this.#writeHead, this.#res, args);
  }

  write(args: unknown[]): boolean {
    // Node would emit an error that nobody listens to.
    if (this.#isOver) return false;
    const res = this.#res;
    // Looked at now, since most responses are written by `end` alone.
    const headers = res.headersSent ? this.#headers : res.getHeaders();
    this.#headers = undefined;
    this.#declaredBytes = lengthIn(headers) ?? this.#declaredBytes;
    this.#writtenBytes += byteLength(args[0], args[1]);
    const isLast = this.#writtenBytes >= this.#declaredBytes;
    if (this.#isLetGo || !isLast || !this.#waits()) return Reflect.apply(this.#write, res, args);
    (this.#heldWrites ??= []).push(args);
    return true;
  }

  end(args: unknown[]): ServerResponse {
    const res = this.#res;
    if (this.#hasEnded) return res;
    checkEnd(res, args[0]);
    this.#hasEnded = true;
    this.#heldEnd = args;
    if (this.#waits()) this.#thaw = freeze(res);
    else this.#flush();
    return res;
  }

  closed(): void {
    if (this.#hasEnded) return;
    if (this.#res.errored != null) void this.#settle();
    // Express does so with an error that comes after the head: nothing will end this response any more.
    else if (isCutOffHere(this.#res)) this.#settlement ??= settleClaim(this.#claim, false);
    if (this.#isHandled) void this.#settle();
  }

  handled(stream?: unknown): void {
    const res = this.#res;
    if (isStream(stream)) {
      stream.once("error", (error) => {
        void this.#claim.release(error);
        // Koa 2 would leave it open, and the sender waiting.
        if (res.headersSent) res.destroy();
      });
    }
    if (this.#hasEnded) return;
    if (res.closed || res.destroyed) void this.#settle();
    else this.#isHandled = true;
  }

  /**
   * Settles the claim, and says whether the response has to wait for it. Where the store answers at once there is nothing to wait for:
   * the claim is settled already, and nothing has to be held or frozen.
   */
  #waits(): boolean {
    const settled = this.#settle();
    if (!isPending(settled)) {
      this.#isLetGo = true;
      return false;
    }
    void settled.then(() => this.#flush());
    return true;
  }

  /** A claim never rejects: a store that fails is reported by onReceipt, and the response goes out. */
  #settle(): Promise<boolean> | boolean {
    if (this.#settlement !== undefined) return this.#settlement;
    const { errored, statusCode } = this.#res;
    this.#statusCode = statusCode;
    // A sender who leaves is no error of the response: this is the server's own stream that broke.
    this.#settlement =
      errored == null
        ? settleByStatus(this.#claim, statusCode)
        : settleClaim(this.#claim, false, errored);
    return this.#settlement;
  }

  #flush(): void {
    const res = this.#res;
    this.#isLetGo = true;
    this.#thaw?.();
    this.#thaw = undefined;
    if (!res.headersSent) res.statusCode = this.#statusCode;
    const endArgs = this.#heldEnd;
    this.#heldEnd = undefined;
    try {
      for (const args of this.#heldWrites?.splice(0) ?? []) Reflect.apply(this.#write, res, args);
      if (endArgs !== undefined) {
        Reflect.apply(this.#end, res, endArgs);
        this.#isOver = true;
      }
    } catch (error) {
      // Whoever called `res.end` has gone on: there is nobody left to throw to.
      process.emitWarning(error as Error);
      res.destroy();
    }
  }
}

/**
 * Tells whether a begun response was closed by this side: a sender who leaves ends or breaks the socket before it closes. In HTTP/2 the one
 * can't be told from the other.
 */
function isCutOffHere({ headersSent, req }: ServerResponse): boolean {
  if (!headersSent || req === undefined || req.httpVersionMajor >= 2) return false;
  const { destroyed, readableEnded, errored } = req.socket;
  return destroyed && !readableEnded && errored === null;
}

/** Throws what Node would throw at the end: now, while the handler can still be told and nothing is settled. */
function checkEnd({ headersSent, statusCode }: ServerResponse, chunk: unknown): void {
  if (!headersSent && !(Math.trunc(statusCode) >= 100 && statusCode < 1000)) {
    throw Object.assign(new RangeError(`Invalid status code: ${String(statusCode)}`), {
      code: "ERR_HTTP_INVALID_STATUS_CODE",
    });
  }
  if (["boolean", "number", "bigint", "symbol", "object"].includes(typeof chunk)) {
    if (!chunk || ArrayBuffer.isView(chunk)) return;
    throw Object.assign(
      new TypeError(
        `The response can't end with ${typeof chunk === "object" ? "an object" : `a ${typeof chunk}`}: it takes text or bytes. Use JSON.stringify().`,
      ),
      { code: "ERR_INVALID_ARG_TYPE" },
    );
  }
}

function isStream(value: unknown): value is Readable {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<Readable>).pipe === "function"
  );
}
