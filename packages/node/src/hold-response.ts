import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Claim } from "@countersign/core";

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
 * Settles the claim by the status of the response, before the response ends: what comes at the first `res.end` is held until the
 * store has answered, so that whoever saw a complete 2xx can rely on the event being remembered.
 *
 * Everything before the end goes out as it is written. From `res.end` on the response is frozen, as if it had been sent. It works with
 * whatever wraps `res.end`, before or after (compression, sessions). A sender who leaves settles nothing as long as the handler runs.
 */
export function holdResponse(res: ServerResponse, claim: Claim): HeldResponse {
  // Maybe the wrapper of something in front; called in its place, with the response as `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const { end } = res;
  let ended = false;
  const settle = (): Promise<boolean> =>
    res.statusCode >= 200 && res.statusCode < 300 ? claim.complete() : claim.release();

  const held = (...args: unknown[]): ServerResponse => {
    if (ended) return res;
    ended = true;
    const { statusCode } = res;
    const settled = settle();
    const thaw = freeze(res);
    // A claim never rejects: a store that fails is reported by onReceipt, and the response goes out.
    void settled.then(() => {
      thaw();
      res.statusCode = statusCode;
      Reflect.apply(end, res, args);
    });
    return res;
  };
  res.end = held as ServerResponse["end"];

  return {
    handled: (stream) => {
      if (isStream(stream)) stream.once("error", (error) => void claim.release(error));
      const settleUnended = (): void => {
        if (!ended) void settle();
      };
      if (res.closed || res.destroyed) settleUnended();
      else res.once("close", settleUnended);
    },
  };
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
