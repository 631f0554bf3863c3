import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Answer } from "@countersign/core";

/** An unread body up to this is let through to nowhere, so that the connection can be used again. */
const DRAIN_BYTES = 64 * 1024;

/** How long a sender gets to read the answer before a connection with an unread body is closed. */
const LINGER_MS = 1000;

/** Writes an answer, and leaves the connection fit for the next request, or closed; see {@link leaveUnread}. */
export function sendAnswer(req: IncomingMessage, res: ServerResponse, answer: Answer): void {
  // Something else has answered while the body came: a guard against slow senders, for one.
  if (res.headersSent) return;
  const body = Buffer.from(answer.body, "utf8");
  res.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
  res.setHeader("content-length", body.length);
  leaveUnread(req, res, answer.status);
  res.end(body);
}

/**
 * Prepares a response to a request whose body may not have been read to its end: the connection will be fit for the next request, or
 * closed. To be called before the response is written, which then happens as usual.
 *
 * A small rest is let through to nowhere. A large one (or one of unknown length) is not read: the whole answer is sent with
 * `Connection: close`, and the connection is closed a moment later, since closing it at once can make a sender lose the answer.
 *
 * @param status the status that the response will have; after a 408 nothing more is waited for
 */
export function leaveUnread(req: IncomingMessage, res: ServerResponse, status: number): void {
  if (req.complete || req.readableEnded || res.headersSent) return;
  if (req.httpVersionMajor >= 2) {
    // The connection carries other streams as well. This one Node closes by itself only where nothing of the body was read.
    const { stream } = res as unknown as Http2ServerResponse;
    stream.once("finish", () => setTimeout(() => stream.close(), LINGER_MS).unref());
    return;
  }
  // Node reads a rest to nowhere by itself, once the response has ended.
  if (drainable(req) && status !== 408) return;
  // Maybe the wrapper of something in front; called in its place, with the response as `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const { end } = res;
  res.setHeader("connection", "close");
  res.end = ((chunk?: unknown, ...rest: unknown[]): ServerResponse => {
    res.end = end;
    const timer = setTimeout(close, LINGER_MS).unref();
    res.once("close", close);
    if (typeof chunk === "string" || chunk instanceof Uint8Array) {
      res.write(chunk);
    } else if (typeof chunk === "function") rest.unshift(chunk);
    res.flushHeaders();
    return res;

    function close(): void {
      clearTimeout(timer);
      Reflect.apply(
        end,
        res,
        rest.filter((argument) => typeof argument === "function"),
      );
    }
  }) as ServerResponse["end"];
}

function drainable(req: IncomingMessage): boolean {
  const length = req.headers["content-length"];
  if (length === undefined) return req.headers["transfer-encoding"] === undefined;
  return Number(length) <= DRAIN_BYTES;
}
