import type { IncomingMessage } from "node:http";
import { wrapMethod } from "./wrap-method.ts";

/** As much of an Express application as it takes to find a request's route. */
export interface ExpressApplication {
  readonly router: { readonly stack: Layer[] };
}

/** A middleware or a route in the order in which Express asks them. */
interface Layer {
  handle: Middleware;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): unknown;
}

type Middleware = (req: ExpressRequest, res: unknown, next: () => void) => unknown;
type ExpressRequest = IncomingMessage & { readonly path: string };

/** The methods of Nest's adapter that put a body parser in front of the routes. */
const PARSER_METHODS = ["registerParserMiddleware", "useBodyParser"];

/**
 * Has the body parsers of Nest's Express adapter skip requests that lead to a webhook.
 *
 * @returns what to make the route of a webhook in
 */
export function skipParsers(
  adapter: object,
  app: ExpressApplication,
): (make: () => unknown) => unknown {
  const webhooks: Layer[] = [];
  for (const name of PARSER_METHODS) {
    wrapMethod(adapter, name, (register) => {
      const before = app.router.stack.length;
      const result = register();
      for (const layer of app.router.stack.slice(before)) skipWhere(layer, webhooks);
      return result;
    });
  }
  return (make) => {
    const before = app.router.stack.length;
    const result = make();
    webhooks.push(...app.router.stack.slice(before));
    return result;
  };
}

/** Has a parser skip the requests that one of the routes takes. */
function skipWhere(parser: Layer, routes: readonly Layer[]): void {
  const { handle } = parser;
  const skipping: Middleware = (req, res, next) =>
    routes.some((route) => takes(route, req)) ? next() : handle(req, res, next);
  // By its name Nest knows a parser that is there already.
  parser.handle = Object.defineProperty(skipping, "name", { value: handle.name });
}

function takes(layer: Layer, { method = "", path }: ExpressRequest): boolean {
  const { _all: all, [method.toLowerCase()]: own } = layer.route?.methods ?? {};
  if (all !== true && own !== true) return false;
  try {
    return Boolean(layer.match(path));
  } catch {
    // A path that can't be decoded: the router will say so.
    return false;
  }
}
