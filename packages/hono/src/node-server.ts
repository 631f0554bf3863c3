import { type BodyLimits, type IncomingBody, wholeBody } from "@countersign/core/adapter";
import type { Context } from "hono";

/** Tells whether a request came through `@hono/node-server`, which puts Node's own request into the bindings. */
export function isOnNode(c: Context): boolean {
  return (c.env as { incoming?: unknown } | undefined)?.incoming !== undefined;
}

/** Node's own request, with the place where hosts keep the bytes that they have read. */
interface Incoming extends IncomingBody {
  rawBody?: unknown;
}

/**
 * Takes the body from Node's own request, where all of it is there: nothing has to be made of it that is a `Request`.
 *
 * @returns undefined where it has to be read through the `Request`
 * @throws `body_too_large`
 */
export async function bodyOnNode(c: Context, limits: BodyLimits): Promise<Uint8Array | undefined> {
  const { raw } = c.req;
  const { incoming } = (c.env ?? {}) as { incoming?: Incoming };
  if (incoming === undefined || raw.bodyUsed || !standsFor(raw, incoming)) return undefined;
  // A body that came in one piece with its headers is there by then.
  await Promise.resolve();
  const bytes = wholeBody(incoming, limits);
  // From there @hono/node-server takes it for whoever reads the `Request` behind the middleware.
  if (bytes !== undefined) incoming.rawBody = bytes;
  return bytes;
}

/** Tells whether a `Request` is the one that @hono/node-server has made of Node's own, which it keeps under a symbol. Something in front may have put another one in its place. */
function standsFor(raw: Request, incoming: Incoming): boolean {
  return Object.getOwnPropertySymbols(raw).some(
    (key) => (raw as unknown as Record<symbol, unknown>)[key] === incoming,
  );
}
