import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { HeaderPairs } from "../delivery/captured.ts";

/** One request, written to the socket as it is given. */
export interface RawRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  /** Default 30 seconds. */
  readonly timeoutMs?: number | undefined;
}

/** The response to a request. */
export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderPairs;
  readonly body: Buffer;
  readonly durationMs: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Sends a request with its headers in the given order and case, repeated ones repeated, and reads the answer. Nothing is added but
 * `Connection: close`, where there is no Connection header, and no redirect is followed.
 *
 * @throws the connection's error, with its `code`
 */
export async function exchange(raw: RawRequest): Promise<RawAnswer> {
  const url = new URL(raw.url);
  const secure = url.protocol === "https:";
  const agent = new (secure ? HttpsAgent : HttpAgent)();
  const startMs = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (secure ? requestHttps : requestHttp)(
      url,
      {
        method: raw.method,
        headers: raw.headers.flat(),
        agent,
        signal: AbortSignal.timeout(raw.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      },
      resolve,
    );
    sent.once("error", reject);
    // As bytes: together with text, Node would write the headers as UTF-8.
    sent.end(Buffer.from(raw.body));
  });
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response) {
    length += (piece as Buffer).length;
    if (length > MAX_ANSWER_BYTES)
      throw new Error(`The answer is longer than ${MAX_ANSWER_BYTES} bytes.`);
    pieces.push(piece as Buffer);
  }
  // The other side may keep the connection open, as the headers that were passed on may ask.
  agent.destroy();
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? "",
    headers: headerPairs(response.rawHeaders),
    body: Buffer.concat(pieces),
    durationMs: performance.now() - startMs,
  };
}

/** Groups Node's flat list of headers into pairs. */
export function headerPairs(rawHeaders: readonly string[]): HeaderPairs {
  return rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
  );
}

/** Adds the headers without which a request can't be sent, where they are missing. */
export function sendableHeaders(url: string, headers: HeaderPairs, body: Uint8Array): HeaderPairs {
  const has = (name: string): boolean => headers.some(([each]) => each.toLowerCase() === name);
  return [
    ...(has("host") ? [] : [["Host", new URL(url).host] as const]),
    ...headers,
    ...(has("content-length") || has("transfer-encoding")
      ? []
      : [["Content-Length", String(body.length)] as const]),
    ...(has("connection") ? [] : [["Connection", "close"] as const]),
  ];
}

/** Names a failed connection in a few words. */
export function failureText(error: unknown): string {
  const { code, name, message } = error as { code?: unknown; name?: string; message?: string };
  if (name === "AbortError" || name === "TimeoutError") return "no answer in time";
  return typeof code === "string" ? code : (message ?? String(error));
}
