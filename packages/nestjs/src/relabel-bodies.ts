import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

/** As much of a Fastify server as it takes to leave bodies unread. */
export interface FastifyServer {
  addContentTypeParser(
    contentType: string,
    parser: (request: FastifyRequest, payload: Readable, done: Done) => void,
  ): unknown;
  addHook(name: "onRoute", hook: (route: RouteOptions) => void): unknown;
}

interface FastifyRequest {
  readonly raw: IncomingMessage;
}

interface RouteOptions {
  onRequest?: Hook | Hook[];
  preValidation?: Hook | Hook[];
}

type Done = (error?: null) => void;
type Hook = (request: FastifyRequest, reply: unknown, done: Done) => void;

/** A content type that no sender uses; its parser reads nothing. */
const UNREAD = "application/x-countersign-unread";

const payloads = new WeakMap<object, Readable>();

/** Returns what is left to be read of a request whose body was left unread. */
export function unreadPayload(request: object): Readable | undefined {
  return payloads.get(request);
}

/**
 * Has Fastify leave the bodies of webhooks unread.
 *
 * It chooses a parser by `Content-Type`, and answers 415 by itself where it has none. So it is shown another type on these routes, and
 * the sender's is put back before anybody else looks.
 *
 * @returns what to make the route of a webhook in
 */
export function relabelBodies(server: FastifyServer): (make: () => unknown) => unknown {
  const contentTypes = new WeakMap<FastifyRequest, string | undefined>();
  server.addContentTypeParser(UNREAD, (request, payload, done) => {
    payloads.set(request, payload);
    done(null);
  });
  const relabel: Hook = (request, _reply, done) => {
    const { headers } = request.raw;
    contentTypes.set(request, headers["content-type"]);
    headers["content-type"] = UNREAD;
    done();
  };
  const restore: Hook = (request, _reply, done) => {
    const contentType = contentTypes.get(request);
    if (contentType === undefined) delete request.raw.headers["content-type"];
    else request.raw.headers["content-type"] = contentType;
    done();
  };
  let isWebhook = false;
  server.addHook("onRoute", (route) => {
    if (!isWebhook) return;
    route.onRequest = [...hooksOf(route.onRequest), relabel];
    route.preValidation = [restore, ...hooksOf(route.preValidation)];
  });
  return (make) => {
    isWebhook = true;
    try {
      return make();
    } finally {
      isWebhook = false;
    }
  };
}

function hooksOf(hooks: Hook | Hook[] = []): Hook[] {
  return [hooks].flat();
}
