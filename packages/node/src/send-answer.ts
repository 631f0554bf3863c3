import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "@countersign/core";

/** An unread body up to this is let through to nowhere, so that the connection can be used again. */
const DRAIN_BYTES = 64 * 1024;

/** How long a sender gets to read the answer before a connection with an unread body is closed. */
const LINGER_MS = 1000;

/**
 * Writes an answer, and leaves the connection fit for the next request, or closed.
 *
 * Where a large body (or one of unknown length) has not been read, it is not read now either: the whole answer is sent with
 * `Connection: close`, and the connection is closed a moment later, since closing it at once can make a sender lose the answer.
 */
export function sendAnswer(req: IncomingMessage, res: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body, "utf8");
  res.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
  res.setHeader("content-length", body.length);
  if (req.complete || req.readableEnded || (drainable(req) && answer.status !== 408)) {
    res.end(body);
    return;
  }
  res.setHeader("connection", "close");
  res.write(body);
  const timer = setTimeout(close, LINGER_MS).unref();
  res.once("close", close);

  function close(): void {
    clearTimeout(timer);
    res.end();
  }
}

function drainable(req: IncomingMessage): boolean {
  const length = req.headers["content-length"];
  if (length === undefined) return req.headers["transfer-encoding"] === undefined;
  return Number(length) <= DRAIN_BYTES;
}
