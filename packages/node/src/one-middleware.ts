import type { IncomingMessage, ServerResponse } from "node:http";
import { secondMiddleware } from "@countersign/core/adapter";

/** The key under which a request that a middleware has taken keeps what holds its response. */
const HOLD = Symbol("countersign.hold");

/** A request, or a response that has none, as a stand-in of a test may be. */
interface Marked {
  [HOLD]?: object;
}

/**
 * Notes that a middleware has taken the request of this response. One property, on the request: a `WeakMap` that outlives its keys makes every
 * garbage collection dearer, and each further property costs Express some microseconds, since it gives every request a prototype of its own.
 */
export function noteAccepted(res: ServerResponse, hold: object): void {
  markedOf(res)[HOLD] = hold;
}

/** Returns what {@link noteAccepted} was given for this response. */
export function holdOf(res: ServerResponse): object | undefined {
  return markedOf(res)[HOLD];
}

/**
 * Refuses what a middleware in front has taken already.
 *
 * @throws `config_invalid`
 */
export function refuseSecond(req: IncomingMessage): void {
  if ((req as Marked)[HOLD] !== undefined) throw secondMiddleware();
}

function markedOf(res: ServerResponse): Marked {
  return ((res.req as IncomingMessage | undefined) ?? res) as Marked;
}
