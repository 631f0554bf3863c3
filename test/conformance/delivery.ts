import { createHmac } from "node:crypto";

export const SECRET = "a secret that is long enough to be one";

/** A JSON body of Paradym's; each `n` is another event. */
export function paradymBody(n: number, type = "workflowExecution.completed"): Buffer {
  return Buffer.from(
    JSON.stringify({
      webhookId: "whk_1",
      webhookPublishedAt: "2026-01-01T00:00:00.000Z",
      projectId: "project",
      eventType: type,
      payload: { workflowId: `workflow ${n}`, workflowExecutionId: "x" },
    }),
  );
}

/** HMAC-SHA256 by Node itself. */
export function macOf(body: Uint8Array, encoding: "hex" | "base64" = "hex"): string {
  return createHmac("sha256", SECRET).update(body).digest(encoding);
}

export interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly body?: Uint8Array;
  /** Default: Paradym's over the body. `undefined` leaves a default header out; a list repeats one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Sends the body in chunks of this many bytes, in place of a `Content-Length`. */
  readonly chunkBytes?: number;
}

/** The head of a request, up to and with the empty line. */
export function headOf({
  method = "POST",
  path = "/hook",
  body,
  headers,
  chunkBytes,
}: RequestParts): string {
  const all: Record<string, string | readonly string[] | undefined> = {
    Host: "receiver.test",
    "Content-Type": "application/json",
    "X-Paradym-HMAC-SHA-256": macOf(body ?? new Uint8Array()),
    ...(chunkBytes === undefined
      ? body && { "Content-Length": String(body.length) }
      : { "Transfer-Encoding": "chunked" }),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}`),
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** A whole request as bytes. */
export function requestOf(parts: RequestParts): Buffer {
  const { body = new Uint8Array(), chunkBytes } = parts;
  const head = Buffer.from(headOf(parts), "latin1");
  if (chunkBytes === undefined) return Buffer.concat([head, body]);
  return Buffer.concat([head, ...chunksOf(body, chunkBytes), Buffer.from("0\r\n\r\n")]);
}

/** A body in chunked transfer coding, without the last chunk. */
export function chunksOf(body: Uint8Array, chunkBytes: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes);
    chunks.push(
      Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]),
    );
  }
  return chunks;
}
