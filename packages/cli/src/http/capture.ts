import type { IncomingMessage } from "node:http";
import { type Captured, headerValue } from "../delivery/captured.ts";
import { headerPairs } from "./exchange.ts";

/** The largest body that is read. GitHub sends up to 25 MB. */
export const MAX_BODY_BYTES: number = 32 * 1024 * 1024;

/**
 * Reads a request whole, with the exact bytes of its body and its headers in order.
 *
 * @returns undefined if the body is longer than {@link MAX_BODY_BYTES}
 */
export async function capture(req: IncomingMessage): Promise<Captured | undefined> {
  const receivedAtMs = Date.now();
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of req) {
    length += (piece as Buffer).length;
    if (length > MAX_BODY_BYTES) return undefined;
    pieces.push(piece as Buffer);
  }
  return { receivedAtMs, ...headOf(req), body: Buffer.concat(pieces) };
}

/** Reads everything of a request but its body. */
export function headOf(req: IncomingMessage): Pick<Captured, "method" | "url" | "headers"> {
  const headers = headerPairs(req.rawHeaders);
  // A tunnel says how the sender called it.
  const scheme = headerValue(headers, "x-forwarded-proto") === "https" ? "https" : "http";
  const host = headerValue(headers, "host") ?? "localhost";
  return { method: req.method ?? "GET", url: `${scheme}://${host}${req.url ?? "/"}`, headers };
}
