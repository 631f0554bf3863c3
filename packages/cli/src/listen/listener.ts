import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Receipt } from "@countersign/core";
import { capture } from "../http/capture.ts";
import type { WatchedLog } from "../log/delivery-log.ts";
import type { Answered } from "../log/entry.ts";
import { type Endpoint, endpointAt } from "./endpoint.ts";
import { forward, forwardUrl } from "./forward.ts";
import { begin, finish } from "./record.ts";

/** The parts of a listener. */
export interface ListenerOptions {
  readonly endpoints: readonly Endpoint[];
  /** The URL to which deliveries are forwarded; without it the listener answers by itself. */
  readonly forward?: string | undefined;
  readonly log: WatchedLog;
  /** Gets what went wrong here; the sender's connection is closed, so that it sends again. */
  readonly onError: (error: unknown) => void;
}

/** Headers that belong to one connection (RFC 9110, section 7.6.1). */
const HOP_BY_HOP =
  /^(connection|keep-alive|proxy-connection|transfer-encoding|upgrade|te|trailer)$/i;

/** Makes the server that receives deliveries, decides about each, sends it on, and logs it. */
export function createListener(options: ListenerOptions): Server {
  return createServer((req, res) => {
    void handle(req, res, options).catch((error: unknown) => {
      res.destroy();
      // A sender that hangs up is no error.
      if (!req.errored) options.onError(error);
    });
  });
}

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  { endpoints, forward: target, log }: ListenerOptions,
): Promise<void> {
  const delivery = await capture(req);
  if (delivery === undefined) {
    res.writeHead(413, { connection: "close" }).end();
    return;
  }
  const path = (req.url ?? "/").split("?")[0] ?? "/";
  const endpoint = endpointAt(endpoints, path);
  const recording = await begin(delivery, endpoint, log);
  const answered =
    target === undefined
      ? ownAnswer(recording.receipt)
      : await forward(delivery, forwardUrl(target, req.url ?? "/"));
  await finish(recording, answered);
  write(res, answered);
}

function ownAnswer(receipt: Receipt | undefined): Answered {
  if (receipt === undefined || receipt.status === "accepted") {
    return { by: "countersign", status: 200, durationMs: 0 };
  }
  const { status, headers, body } = receipt.response;
  return {
    by: "countersign",
    status,
    headers: Object.entries(headers),
    body: Buffer.from(body),
    durationMs: 0,
  };
}

function write(res: ServerResponse, { status, headers = [], body, failure }: Answered): void {
  if (status === undefined) {
    const problem = { title: "The application gave no answer", status: 502, code: failure };
    res.writeHead(502, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
    return;
  }
  const passed = headers.filter(([name]) => !HOP_BY_HOP.test(name)).flat();
  res.writeHead(status, passed).end(body);
}
