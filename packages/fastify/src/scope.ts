import type { Readable } from "node:stream";
import { type Claim, type Receipt, type Receiver, WebhookError } from "@countersign/core";
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

// A property of the request, and no WeakMap: V8 keeps what such a map leads to until the next full collection.
const NOTES = Symbol("countersign");

/** What the hooks of a request tell each other. */
interface Notes {
  response?: HeldResponse;
  /** The stream that is left to be read, where another hook has put one in the request's place. */
  payload?: Readable;
  /** The sender's own, where Fastify was shown another. */
  contentType?: string;
}

interface WebhookRequest extends FastifyRequest {
  [NOTES]?: Notes | undefined;
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
  for (const name of ["webhook", "webhookClaim", NOTES]) {
    if (!scope.hasRequestDecorator(name)) scope.decorateRequest(name);
  }
  const lowestBodyLimit = bodyLimitsOf(scope);
  const status = successStatus(receiver);

  /** Returns the claim of a delivery whose handler is to run. */
  const follow = (
    request: WebhookRequest,
    reply: FastifyReply,
    receipt: Receipt,
  ): Claim | undefined => {
    if (receipt.status !== "accepted") {
      const { response } = receipt;
      leaveUnread(request.raw, reply.raw, response.status);
      void reply.code(response.status).headers(response.headers).send(response.body);
      return undefined;
    }
    const { event, claim } = receipt;
    request.webhook = event;
    request.webhookClaim = claim;
    request.body = event.body;
    notesOf(request).response = holdResponse(reply.raw, claim);
    if (status !== 200) void reply.code(status);
    return claim;
  };
  // With a callback: what comes behind runs where it is called, so that an observer's context reaches the handler.
  scope.addHook("preValidation", (request: WebhookRequest, reply, done) => {
    const source = sourceOfRequest(request, lowestBodyLimit());
    const malformed = endsPathAtSemicolon && semicolonIn(request.originalUrl);
    receiver.receiveFrom(malformed ? { ...source, malformed } : source).then((receipt) => {
      if (reply.sent) {
        // Something else has answered while the body came, and Fastify runs no handler any more.
        if (receipt.status === "accepted") void receipt.claim.release();
        return;
      }
      let claim: Claim | undefined;
      try {
        claim = follow(request, reply, receipt);
      } catch (error) {
        done(error as Error);
        return;
      }
      if (claim !== undefined) runHandler(claim, done);
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
    request[NOTES]?.response?.handled(payload);
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
    if (payload !== request.raw) notesOf(request).payload = payload;
    done(null);
  });
  scope.addHook("onRequest", (request: WebhookRequest, _reply, done) => {
    const { headers } = request.raw;
    const contentType = headers["content-type"];
    if (contentType !== undefined && !isMediaType(contentType)) {
      notesOf(request).contentType = contentType;
      headers["content-type"] = "application/octet-stream";
    }
    done();
  });
}

function notesOf(request: WebhookRequest): Notes {
  return (request[NOTES] ??= {});
}

function sourceOfRequest(request: WebhookRequest, lowestBodyLimit: number): DeliverySource {
  const { payload: stream, contentType } = request[NOTES] ?? {};
  if (contentType !== undefined) request.raw.headers["content-type"] = contentType;
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
    let result: unknown;
    try {
      result = Reflect.apply(handler, this, [request, reply]);
    } catch (error) {
      void request.webhookClaim?.release(error);
      throw error;
    }
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
