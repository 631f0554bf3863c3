import type { IncomingMessage, ServerResponse } from "node:http";
import { secondMiddleware } from "@countersign/core/adapter";

const accepted = new WeakSet<IncomingMessage>();

/** Notes that a middleware has taken the request of this response. */
export function noteAccepted({ req }: ServerResponse): void {
  // A stand-in of a test may have none.
  if (req !== undefined) accepted.add(req);
}

/**
 * Refuses what a middleware in front has taken already.
 *
 * @throws `config_invalid`
 */
export function refuseSecond(req: IncomingMessage): void {
  if (accepted.has(req)) throw secondMiddleware();
}
