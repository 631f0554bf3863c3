import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { DeliverySource } from "@countersign/core/adapter";
import { type BodyPlace, bodyOf } from "./read-body.ts";
import { type RequestParts, requestUrl } from "./request-url.ts";

/** Facts that a framework knows better than the request itself. */
export interface SourceOptions extends BodyPlace, RequestParts {
  /** The framework that the request came through; explanations name the line to change in it. Default `node`. */
  readonly via?: string | undefined;
  /** The IP address of the sender, from a proxy where it is trusted. Default: the connection's. */
  readonly remoteAddress?: string | undefined;
}

/** Makes of a Node request what the core takes. */
export function sourceOf(req: IncomingMessage, options: SourceOptions = {}): DeliverySource {
  const { url, malformed } = requestUrl(req, options);
  return {
    headers: req.headers,
    method: req.method,
    url,
    malformed,
    via: options.via ?? "node",
    remoteAddress:
      options.remoteAddress ?? (req.socket as Partial<Socket> | undefined)?.remoteAddress,
    readBody: (limits) => bodyOf(req, limits, options),
  };
}
