import type { Readable } from "node:stream";
import { type Receiver, WebhookError } from "@countersign/core";
import {
  type BodyLimits,
  type DeliverySource,
  requestMalformed,
  runHandler,
  successStatus,
} from "@countersign/core/adapter";
import { type HeldResponse, holdResponse, leaveUnread, sourceOf } from "@countersign/node";
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteOptions,
} from "fastify";

const ADVICE =
  "In Fastify register webhook in a scope of its own, without further content type parsers in it: app.register(async (scope) => { await scope.register(webhook, …); scope.post(…) }).";

const INSTALLED = Symbol("countersign");

// Properties of the request, and no WeakMaps: V8 keeps what such a map leads to until the next full collection.
const RESPONSE = Symbol("countersign.response");
const PAYLOAD = Symbol("countersign.payload");
const CONTENT_TYPE = Symbol("countersign.content-type");

/** A request with what the hooks tell each other. */
interface WebhookRequest extends FastifyRequest {
  [RESPONSE]?: HeldResponse;
  /** Returns the stream that is left to be read. */
  [PAYLOAD]?: Readable;
  /** The sender's own, where Fastify was shown another. */
  [CONTENT_TYPE]?: string;
}

/** Matches the media types that Fastify accepts; it answers anything else with 415 by itself. */
const MEDIA_TYPE =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:\s*;\s*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"[^"]*"))*\s*;?\s*$/;

function isMediaType(text: string): boolean {
  return text === "application/json" || MEDIA_TYPE.test(text);
}

/** Tells whether a scope is one of webhook routes. */
export function isInstalled(scope: FastifyInstance): boolean {
  return scope.hasDecorator(INSTALLED);
}

/** Makes every route of a scope a webhook route. */
export function install(scope: FastifyInstance, receiver: Receiver): void {
  leaveBodiesUnread(scope);
  const endsPathAtSemicolon = usesSemicolonDelimiter(scope);
  scope.decorate(INSTALLED, true);
  for (const name of ["webhook", "webhookClaim", RESPONSE, PAYLOAD, CONTENT_TYPE]) {
    if (!scope.hasRequestDecorator(name)) scope.decorateRequest(name);
  }
  const lowestBodyLimit = bodyLimitsOf(scope);

  const receive = async (request: WebhookRequest, reply: FastifyReply): Promise<void> => {
    const source = sourceOfRequest(request, lowestBodyLimit());
    const malformed = endsPathAtSemicolon && semicolonIn(request.originalUrl);
    const receipt = await receiver.receiveFrom(malformed ? { ...source, malformed } : source);
    if (reply.sent) {
      // Something else has answered while the body came, and Fastify runs no handler any more.
      if (receipt.status === "accepted") await receipt.claim.release();
      return;
    }
    if (receipt.status !== "accepted") {
      const { status, headers, body } = receipt.response;
      leaveUnread(request.raw, reply.raw, status);
      void reply.code(status).headers(headers).send(body);
      return;
    }
    const { event, claim } = receipt;
    request.webhook = event;
    request.webhookClaim = claim;
    request.body = event.body;
    request[RESPONSE] = holdResponse(reply.raw, claim);
    const status = successStatus(receiver);
    if (status !== 200) void reply.code(status);
  };
  // With a callback: what comes behind runs where it is called, so that an observer's context reaches the handler.
  scope.addHook("preValidation", (request, reply, done) => {
    receive(request, reply).then(() => {
      const { webhookClaim: claim } = request;
      if (claim !== undefined && !reply.sent) runHandler(claim, done);
    }, done);
  });

  scope.addHook("onRoute", releaseOnThrow);
  scope.addHook("onError", async (request, _reply, error) => {
    const { webhookClaim: claim } = request;
    if (claim === undefined) return;
    askAgain(error);
    await claim.release(error);
  });
  scope.addHook("onSend", (request: WebhookRequest, _reply, payload, done) => {
    request[RESPONSE]?.handled(payload);
    done();
  });
}

/**
 * Keeps Fastify from reading bodies: nothing is read before the headers are checked.
 *
 * A Content-Type that is no valid one would be answered with Fastify's own 415, before anything is verified. The signature decides, not
 * the label: so Fastify is shown another one, and the sender's is put back before anybody else looks.
 */
function leaveBodiesUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (request: WebhookRequest, payload, done) => {
    request[PAYLOAD] = payload;
    done(null);
  });
  scope.addHook("onRequest", (request: WebhookRequest, _reply, done) => {
    const { headers } = request.raw;
    const contentType = headers["content-type"];
    if (contentType !== undefined && !isMediaType(contentType)) {
      request[CONTENT_TYPE] = contentType;
      headers["content-type"] = "application/octet-stream";
    }
    done();
  });
}

function sourceOfRequest(request: WebhookRequest, lowestBodyLimit: number): DeliverySource {
  const { [PAYLOAD]: stream, [CONTENT_TYPE]: contentType } = request;
  if (typeof contentType === "string") request.raw.headers["content-type"] = contentType;
  // With the port, and from a proxy where `trustProxy` says so. Fastify 4 calls it `hostname`.
  const host = (request as Partial<FastifyRequest>).host ?? request.hostname;
  const source = sourceOf(request.raw, {
    scheme: request.protocol,
    authority: host || undefined,
    target: request.originalUrl,
    parsed: request,
    stream,
    advice: ADVICE,
    via: "fastify",
    remoteAddress: request.ip,
  });
  if (lowestBodyLimit >= Number.MAX_SAFE_INTEGER) return source;
  const bodyLimit = request.routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY;
  return {
    ...source,
    readBody: (limits) =>
      bodyLimit >= limits.maxBodyBytes
        ? source.readBody(limits)
        : readWithin(source, limits, bodyLimit),
  };
}

/** Returns a function that tells the lowest limit of the scope's routes: asking a request for the limit of its route costs as much as an HMAC. */
function bodyLimitsOf(scope: FastifyInstance): () => number {
  let lowest = Number.POSITIVE_INFINITY;
  scope.addHook("onRoute", ({ bodyLimit = scope.initialConfig.bodyLimit ?? 0 }) => {
    lowest = Math.min(lowest, bodyLimit);
  });
  return () => lowest;
}

/** Reads under the limit of the route or of the server, where that is the lower one. */
async function readWithin(
  source: DeliverySource,
  limits: BodyLimits,
  bodyLimit: number,
): Promise<Uint8Array> {
  try {
    return await source.readBody({ ...limits, maxBodyBytes: bodyLimit });
  } catch (error) {
    if (!(error instanceof WebhookError) || error.code !== "body_too_large") throw error;
    throw new WebhookError(
      "body_too_large",
      `The body is larger than ${bodyLimit} bytes, the bodyLimit of this route or of the server, which is below maxBodyBytes. If the provider really sends such bodies, raise it: scope.post(path, { bodyLimit }, handler).`,
    );
  }
}

/**
 * Makes a 5xx of the 400 of a route's own schema: the delivery is genuine, and many providers never send again what was answered with a 4xx.
 * Error handlers see the error after this.
 */
function askAgain(error: Error): void {
  const refused = error as Partial<FastifyError> & Error;
  if (refused.validationContext !== undefined && (refused.statusCode ?? 400) < 500) {
    refused.statusCode = 500;
  }
}

/** Gives the claim back where a handler throws, also after it has answered: Fastify's `onError` is not called then. */
function releaseOnThrow(route: RouteOptions): void {
  const { handler } = route;
  route.handler = function handlerOfWebhook(request, reply) {
    const result: unknown = Reflect.apply(handler, this, [request, reply]);
    if (!(result instanceof Promise)) return result;
    return result.catch(async (error: unknown) => {
      await request.webhookClaim?.release(error);
      throw error;
    }) as never;
  };
}

/** Tells whether the router begins the query at a semicolon, as Fastify 4 does unless told otherwise. */
function usesSemicolonDelimiter({ initialConfig }: FastifyInstance): boolean {
  interface RouterConfig {
    readonly useSemicolonDelimiter?: boolean;
    readonly routerOptions?: RouterConfig;
  }
  const config = initialConfig as RouterConfig;
  return config.routerOptions?.useSemicolonDelimiter ?? config.useSemicolonDelimiter ?? false;
}

/** A URL parser would read another path and query than such a router. */
function semicolonIn(target: string): WebhookError | undefined {
  if (!/^[^?]*;/.test(target)) return undefined;
  return requestMalformed(
    "Its path has a semicolon, at which Fastify begins the query (useSemicolonDelimiter).",
  );
}
