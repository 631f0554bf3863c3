import type { Request } from "express";

/** The warning of a route whose rejection Express 4 would never see. */
export const UNSEEN_REJECTION = {
  code: "express4_async_route",
  message:
    "The route behind webhook() is async, and Express 4 does not see when it rejects: the request would hang, and retries be answered with 503. Pass the handler to the middleware, webhook(options, handler), or use Express 5.",
};

/** Tells whether a request goes on to an async function on Express 4. */
export function isAsyncRouteOfExpress4({ app, route }: Partial<Request>): boolean {
  // Express 5 has no such method any more.
  if (typeof (app as { lazyrouter?: unknown } | undefined)?.lazyrouter !== "function") return false;
  const { stack = [] } = (route ?? {}) as { stack?: readonly { handle?: unknown }[] };
  return stack.some(
    ({ handle }) => Object.prototype.toString.call(handle) === "[object AsyncFunction]",
  );
}
