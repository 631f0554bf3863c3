import type { IncomingMessage, ServerResponse } from "node:http";
import { secondMiddleware } from "@countersign/core/adapter";

/**
 * Marks a request that a middleware has taken. A property, and no `WeakSet` of requests: a weak collection that outlives its keys makes every
 * garbage collection dearer.
 */
const ACCEPTED = Symbol("countersign.accepted");

interface MarkedRequest extends IncomingMessage {
  [ACCEPTED]?: true;
}

/** Notes that a middleware has taken the request of this response. */
export function noteAccepted({ req }: ServerResponse): void {
  // A stand-in of a test may have none.
  if (req !== undefined) (req as MarkedRequest)[ACCEPTED] = true;
}

/**
 * Refuses what a middleware in front has taken already.
 *
 * @throws `config_invalid`
 */
export function refuseSecond(req: IncomingMessage): void {
  if ((req as MarkedRequest)[ACCEPTED] === true) throw secondMiddleware();
}
