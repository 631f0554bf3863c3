import type { TLSSocket } from "node:tls";
import type { BodyLimits, DeliverySource } from "@countersign/core/adapter";
import { type ParsedRequest, readBody } from "./read-body.ts";

/**
 * A Node request as the core takes it.
 *
 * @param url the absolute URL, where a framework knows it better than the request itself
 */
export function sourceOf(req: ParsedRequest, limits: BodyLimits, url?: string): DeliverySource {
  return {
    headers: req.headers,
    method: req.method,
    url: url ?? urlOf(req),
    readBody: () => readBody(req, limits),
  };
}

function urlOf(req: ParsedRequest): string {
  const scheme = (req.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
  return `${scheme}://${req.headers.host ?? "localhost"}${req.url ?? "/"}`;
}
