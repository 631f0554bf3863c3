import type { IncomingMessage, ServerResponse } from "node:http";
import type { Provider, SecretEntry } from "@countersign/core";
import { type Endpoint, endpointAt, endpointOf } from "../listen/endpoint.ts";
import { begin, finish } from "../listen/record.ts";
import { memoryLog, watched } from "../log/delivery-log.ts";
import { answerInspector, type InspectorApi } from "./api.ts";
import { refuseProduction } from "./guard.ts";
import { tapRequest, tapResponse } from "./tap.ts";

/** Options of {@link inspector}. */
export interface InspectorOptions {
  /** The paths that receive webhooks, each with who signs there. */
  readonly routes: Readonly<Record<string, InspectedRoute>>;
  /** The path of the page. Default `/__webhooks`. */
  readonly path?: string | undefined;
}

/** Who signs the deliveries of a path. */
export interface InspectedRoute {
  readonly provider: Provider<object>;
  /** As for the receiver: one secret, or several while two are in use. */
  readonly secret: string | readonly string[];
  /** The URL that the provider calls, where it signs it and a proxy changes it. */
  readonly publicUrl?: string | undefined;
}

/** Middleware for Express and Connect; for others, call it around the application's own listener. */
export type InspectorMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: () => void,
) => void;

/**
 * Shows the deliveries of your own application in a browser, while you develop: what arrived, whether it verifies and why not, and what
 * your application answered. It looks on without taking anything from the request.
 *
 * Deliveries stay in memory. The page is only for a browser on this machine: other addresses, names and sites are refused, and so is
 * what came through a proxy or a tunnel.
 *
 * @param options `routes`: the webhook paths; `path`: where the page is (default `/__webhooks`)
 * @returns middleware; mount it before everything else
 * @throws Error with `NODE_ENV=production`; `config_invalid` if a secret can't work
 * @example
 * ```ts
 * import { stripe } from "@countersign/core/providers";
 * app.use(inspector({ routes: { "/stripe": { provider: stripe, secret } } }));
 * ```
 */
export function inspector({ routes, path = "/__webhooks" }: InspectorOptions): InspectorMiddleware {
  refuseProduction();
  const base = `/${path.replaceAll(/^\/+|\/+$/g, "")}`;
  const endpoints = Object.entries(routes).map(([route, { provider, secret, publicUrl }]) =>
    endpointOf({
      path: route,
      provider,
      secret: [secret].flat().map(namedSecret),
      publicUrl,
      // The application's own receiver says these.
      onWarning: () => {},
    }),
  );
  const log = watched(memoryLog());

  return (req, res, next) => {
    const url = req.url ?? "/";
    const [pathname = "/"] = url.split("?");
    if (pathname === base) {
      res.writeHead(302, { location: `${base}/` }).end();
    } else if (pathname.startsWith(`${base}/`)) {
      const api: InspectorApi = { endpoints, log, origin: () => originOf(req) };
      void answerInspector(req, res, url.slice(base.length + 1), api).catch(() => res.destroy());
    } else {
      const endpoint = endpointAt(endpoints, pathname);
      if (endpoint !== undefined) void record(req, res, endpoint);
      next();
    }
  };

  async function record(
    req: IncomingMessage,
    res: ServerResponse,
    endpoint: Endpoint,
  ): Promise<void> {
    const answered = tapResponse(res);
    const recording = await begin(await tapRequest(req), endpoint, log);
    await finish(recording, await answered);
  }
}

function namedSecret(secret: string, index: number): SecretEntry & { secret: string; id: string } {
  return { secret, id: `secret ${index + 1}` };
}

function originOf({ socket }: IncomingMessage): string {
  const { localAddress = "127.0.0.1", localPort } = socket;
  return `http://${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${localPort}`;
}
