import type { IncomingMessage, ServerResponse } from "node:http";
import { headOf } from "../http/capture.ts";
import { headerPairs } from "../http/exchange.ts";
import type { Captured } from "../delivery/captured.ts";
import type { Answered } from "../log/entry.ts";

/** How much of an answer is kept. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Copies the body of a request while the application reads it; nothing is taken from the stream.
 *
 * Call it before anything has waited: bytes that have arrived earlier are not seen.
 *
 * @returns resolves when the whole body has come; never if the sender aborts
 */
export function tapRequest(req: IncomingMessage): Promise<Captured> {
  const receivedAtMs = Date.now();
  const head = headOf(req);
  const pieces: Buffer[] = [];
  const push = req.push.bind(req);
  return new Promise((resolve) => {
    // Node's parser hands over each piece of the body by this method, and null at its end.
    req.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk instanceof Uint8Array) pieces.push(Buffer.from(chunk));
      if (chunk === null) resolve({ receivedAtMs, ...head, body: Buffer.concat(pieces) });
      return push(chunk, encoding);
    };
  });
}

/** Copies the answer while the application writes it. */
export function tapResponse(res: ServerResponse): Promise<Answered> {
  const startMs = performance.now();
  const pieces: Buffer[] = [];
  let length = 0;
  const keep = (chunk: unknown, encoding: unknown): void => {
    const isText = typeof chunk === "string";
    if (!isText && !(chunk instanceof Uint8Array)) return;
    const bytes = isText
      ? Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8")
      : Buffer.from(chunk);
    if (length < MAX_ANSWER_BYTES) pieces.push(bytes);
    length += bytes.length;
  };
  for (const name of ["write", "end"] as const) {
    const original = res[name].bind(res) as (...args: unknown[]) => never;
    res[name] = (...args: unknown[]) => {
      keep(args[0], args[1]);
      return original(...args);
    };
  }
  return new Promise((resolve) => {
    res.once("close", () => {
      const durationMs = Math.round(performance.now() - startMs);
      if (!res.writableFinished)
        return resolve({ by: "app", failure: "connection broken", durationMs });
      resolve({
        by: "app",
        status: res.statusCode,
        headers: headerPairs(rawHeadersOf(res)),
        body: Buffer.concat(pieces),
        durationMs,
      });
    });
  });
}

function rawHeadersOf(res: ServerResponse): readonly string[] {
  return Object.entries(res.getHeaders()).flatMap(([name, value]) =>
    [value].flat().flatMap((each) => [name, String(each)]),
  );
}
