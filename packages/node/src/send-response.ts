import type { ServerResponse } from "node:http";
import type { Receiver } from "@countersign/core";
import { handlerReturned, isResponse, warnOnce } from "@countersign/core/adapter";

/** Headers of one connection, which Node sets itself. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

/** A Fetch API `Response`, as far as Node needs to write it. */
export interface WrittenResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/**
 * Answers with what a handler returned, if it has not answered by itself: a `Response` is written, nothing is the status as it stands.
 * Any other value is ignored, with one warning.
 */
export function answerReturned(
  receiver: Receiver,
  res: ServerResponse,
  returned: unknown,
): Promise<void> | undefined {
  if (res.headersSent) return undefined;
  if (isResponse(returned)) return sendResponse(res, returned);
  warnOfReturned(receiver, returned, res);
  res.end();
  return undefined;
}

async function sendResponse(res: ServerResponse, returned: Response): Promise<void> {
  const { status, headers, body } = await writtenOf(returned);
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.end(body);
}

/** Warns, once, of a returned value that means nothing here. The response itself, which `return res.status(202)` returns, is fine. */
export function warnOfReturned(receiver: Receiver, returned: unknown, response: unknown): void {
  if (returned === undefined || returned === null || returned === response) return;
  warnOnce(receiver, handlerReturned(returned));
}

/** Reads a `Response` to its end. */
export async function writtenOf(response: Response): Promise<WrittenResponse> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of response.headers) {
    if (!HOP_BY_HOP.has(name)) headers[name] = value;
  }
  const cookies = response.headers.getSetCookie?.() ?? [];
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) };
}
