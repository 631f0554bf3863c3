import type { Context } from "hono";

/** Tells whether a request came through `@hono/node-server`, which puts Node's own request into the bindings. */
export function isOnNode(c: Context): boolean {
  return (c.env as { incoming?: unknown } | undefined)?.incoming !== undefined;
}
