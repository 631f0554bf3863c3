import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { BodyLimits, DeliverySource } from "@countersign/core/adapter";
import { refuseSecond } from "./one-middleware.ts";
import { type BodyPlace, readBody } from "./read-body.ts";

/** What a framework knows better than the request itself. */
export interface SourceOptions extends BodyPlace {
  /** The absolute URL as the sender called it. */
  readonly url?: string;
}

/** A Node request as the core takes it. */
export function sourceOf(
  req: IncomingMessage,
  limits: BodyLimits,
  { url, ...place }: SourceOptions = {},
): DeliverySource {
  return {
    headers: req.headers,
    method: req.method,
    url: url ?? urlOf(req),
    async readBody() {
      refuseSecond(req);
      return readBody(req, limits, place);
    },
  };
}

function urlOf(req: IncomingMessage): string {
  const scheme = (req.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
  // HTTP/2 has no Host.
  const { host = req.headers[":authority"] ?? "localhost" } = req.headers;
  return `${scheme}://${String(host)}${req.url ?? "/"}`;
}
