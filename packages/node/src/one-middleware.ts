import type { IncomingMessage, ServerResponse } from "node:http";
import { WebhookError } from "@countersign/core";

const accepted = new WeakSet<IncomingMessage>();

/** Notes that a middleware has taken the request of this response. */
export function noteAccepted({ req }: ServerResponse): void {
  // A stand-in of a test may have none.
  if (req !== undefined) accepted.add(req);
}

/**
 * A second middleware would find the event in flight, held by the first one of the same request, and no delivery would ever be processed.
 *
 * @throws `config_invalid`
 */
export function refuseSecond(req: IncomingMessage): void {
  if (!accepted.has(req)) return;
  throw new WebhookError(
    "config_invalid",
    "A webhook() middleware in front of this one has accepted the request already, and a request goes through one. Take one away: often it stands in app.use() and at the route.",
  );
}
