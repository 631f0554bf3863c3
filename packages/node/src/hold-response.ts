import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Claim } from "@countersign/core";
import { noteAccepted } from "./one-middleware.ts";

/** What would change a response after its end. */
const FROZEN_METHODS = [
  "setHeader",
  "setHeaders",
  "appendHeader",
  "removeHeader",
  "writeHead",
  "flushHeaders",
] as const;

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
  // Maybe the wrappers of something in front; called in their place, with the response as `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const { end, write, writeHead } = res;
  noteAccepted(res);
  let declaredBytes = Number.POSITIVE_INFINITY;
  let writtenBytes = 0;
  let settlement: Promise<boolean> | undefined;
  let statusCode = 0;
  const heldWrites: unknown[][] = [];
  let heldEnd: unknown[] | undefined;
  let ended = false;
  let letGo = false;
  let thaw: (() => void) | undefined;

  // A claim never rejects: a store that fails is reported by onReceipt, and the response goes out.
  const settle = (): Promise<boolean> => {
    if (settlement === undefined) {
      ({ statusCode } = res);
      // A sender who leaves is no error of the response: this is the server's own stream that broke.
      if (res.errored != null) settlement = claim.release(res.errored);
      else settlement = statusCode >= 200 && statusCode < 300 ? claim.complete() : claim.release();
    }
    return settlement;
  };
  const settleUnended = (): void => {
    if (!ended) void settle();
  };
  const flush = (): void => {
    letGo = true;
    thaw?.();
    thaw = undefined;
    if (!res.headersSent) res.statusCode = statusCode;
    const endArgs = heldEnd;
    heldEnd = undefined;
    try {
      for (const args of heldWrites.splice(0)) Reflect.apply(write, res, args);
      if (endArgs !== undefined) Reflect.apply(end, res, endArgs);
    } catch (error) {
      // Whoever called `res.end` has gone on: there is nobody left to throw to.
      process.emitWarning(error as Error);
      res.destroy();
    }
  };

  // What is given to `writeHead` can't be asked for afterwards.
  res.writeHead = (...args: unknown[]): ServerResponse => {
    declaredBytes = lengthIn(args.at(-1)) ?? declaredBytes;
    return Reflect.apply(writeHead, res, args) as ServerResponse;
  };

  res.write = ((...args: unknown[]): boolean => {
    if (!res.headersSent) declaredBytes = lengthIn(res.getHeaders()) ?? declaredBytes;
    writtenBytes += byteLength(args[0], args[1]);
    if (letGo || writtenBytes < declaredBytes) return Reflect.apply(write, res, args) as boolean;
    heldWrites.push(args);
    void settle().then(flush);
    return true;
  }) as ServerResponse["write"];

  res.end = ((...args: unknown[]): ServerResponse => {
    if (ended) return res;
    checkEnd(res, args[0]);
    ended = true;
    heldEnd = args;
    const settled = settle();
    thaw = freeze(res);
    void settled.then(flush);
    return res;
  }) as ServerResponse["end"];

  res.once("close", () => {
    if (ended) return;
    if (res.errored != null) void settle();
    // Express does so with an error that comes after the head: nothing will end this response any more.
    else if (isCutOffHere(res)) settlement ??= claim.release();
  });

  return {
    handled: (stream) => {
      if (isStream(stream)) {
        stream.once("error", (error) => {
          void claim.release(error);
          // Koa 2 would leave it open, and the sender waiting.
          if (res.headersSent) res.destroy();
        });
      }
      if (res.closed || res.destroyed) settleUnended();
      else res.once("close", settleUnended);
    },
  };
}

/**
 * Whether a begun response was closed by this side: a sender who leaves ends or breaks the socket before it closes. In HTTP/2 the one
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

/** The `Content-Length` in headers as Node takes them: an object, pairs, or a flat list. */
function lengthIn(headers: unknown): number | undefined {
  if (typeof headers !== "object" || headers === null) return undefined;
  const pairs: unknown[] = Array.isArray(headers) ? headers : Object.entries(headers);
  const flat = pairs.flat();
  const index = flat.findIndex(
    (item, i) => i % 2 === 0 && String(item).toLowerCase() === "content-length",
  );
  const length = Number(flat[index + 1]);
  return index < 0 || Number.isNaN(length) ? undefined : length;
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (chunk instanceof Uint8Array) return chunk.length;
  if (typeof chunk !== "string") return 0;
  return Buffer.byteLength(
    chunk,
    typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8",
  );
}

function isStream(value: unknown): value is Readable {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<Readable>).pipe === "function"
  );
}

/** Makes the response look and behave as one that has been sent; returns what undoes it. */
function freeze(res: ServerResponse): () => void {
  const undo: (() => void)[] = [];
  const define = (name: string, descriptor: PropertyDescriptor): void => {
    const before = Object.getOwnPropertyDescriptor(res, name);
    Object.defineProperty(res, name, { ...descriptor, configurable: true });
    undo.push(() => {
      Reflect.deleteProperty(res, name);
      if (before !== undefined) Object.defineProperty(res, name, before);
    });
  };
  for (const name of FROZEN_METHODS) {
    define(name, {
      writable: true,
      value: () => {
        throw Object.assign(new Error(`Cannot call res.${name}() after res.end()`), {
          code: "ERR_HTTP_HEADERS_SENT",
        });
      },
    });
  }
  define("write", { writable: true, value: () => false });
  define("headersSent", { get: () => true });
  define("writableEnded", { get: () => true });
  return () => {
    for (const step of undo) step();
  };
}
