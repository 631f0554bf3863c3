import { type BodyLimits, type IncomingBody, wholeBody } from "@countersign/core/adapter";
import type { Context } from "hono";

/** Tells whether a request came through `@hono/node-server`, which puts Node's own request into the bindings. */
export function isOnNode(c: Context): boolean {
  return (c.env as { incoming?: unknown } | undefined)?.incoming !== undefined;
}

/** Node's own request, with the place where hosts keep the bytes that they have read. */
export interface Incoming extends IncomingBody {
  rawBody?: unknown;
}

/** Finds Node's own request, where the body can be taken from it: nobody has read the body, and the `Request` is the one that was made of it. */
export function unreadIncoming(c: Context): Incoming | undefined {
  const { raw } = c.req;
  const { incoming } = (c.env ?? {}) as { incoming?: Incoming };
  return incoming === undefined || raw.bodyUsed || !standsFor(raw, incoming) ? undefined : incoming;
}

/**
 * Takes the body from Node's own request, where all of it is there: nothing has to be made of it that is a `Request`. Whoever reads the
 * `Request` behind the middleware gets it from where it is left, by @hono/node-server.
 *
 * @returns undefined where it has to be read through the `Request`
 * @throws `body_too_large`
 */
export function takeBody(incoming: Incoming, limits: BodyLimits): Uint8Array | undefined {
  const bytes = wholeBody(incoming, limits);
  if (bytes !== undefined) incoming.rawBody = bytes;
  return bytes;
}

/** The symbol under which @hono/node-server keeps Node's own request, once it has been seen. */
let incomingKey: symbol | undefined;

/** Tells whether a `Request` is the one that @hono/node-server has made of Node's own. Something in front may have put another one in its place. */
function standsFor(raw: Request, incoming: Incoming): boolean {
  const bySymbol = raw as unknown as Record<symbol, unknown>;
  if (incomingKey !== undefined && bySymbol[incomingKey] === incoming) return true;
  const key = Object.getOwnPropertySymbols(raw).find((symbol) => bySymbol[symbol] === incoming);
  incomingKey = key ?? incomingKey;
  return key !== undefined;
}
