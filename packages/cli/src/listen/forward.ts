import { type Captured, withHeaders } from "../delivery/captured.ts";
import { exchange, failureText } from "../http/exchange.ts";
import type { Answered } from "../log/entry.ts";

/**
 * Returns where a delivery is forwarded to: a URL with a path is taken as it is, to one without a path the delivery's own is added. The
 * delivery's query goes along.
 *
 * @param to absolute
 * @param target path and query of the delivery
 */
export function forwardUrl(to: string, target: string): string {
  const url = new URL(to);
  const own = new URL(target, "http://localhost");
  if (url.pathname === "/") url.pathname = own.pathname;
  if (url.search === "") url.search = own.search;
  return url.href;
}

/** Sends a delivery on, bytes and headers unchanged, and returns the application's answer. */
export async function forward(delivery: Captured, url: string): Promise<Answered> {
  const startMs = performance.now();
  try {
    const { status, headers, body, durationMs } = await exchange({
      ...delivery,
      url,
      headers: framed(delivery),
    });
    return { by: "app", status, headers, body, durationMs: Math.round(durationMs) };
  } catch (error) {
    const durationMs = Math.round(performance.now() - startMs);
    return { by: "app", failure: failureText(error), durationMs };
  }
}

/** A request with a body says how long it is; one from HTTP/1.0 or without a body may not. */
function framed({ headers, body }: Captured): Captured["headers"] {
  const isFramed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  return isFramed || body.length === 0
    ? headers
    : withHeaders(headers, { "Content-Length": String(body.length) });
}
