import type { Answer } from "../delivery/answer.ts";
import { workOf } from "../claims/claim-of.ts";
import { settleByStatus } from "../claims/settle.ts";
import type { Claim } from "../claims/claim.ts";
import type { WebhookEvent } from "../verify/event.ts";
import { configError, WebhookError } from "../base/errors.ts";
import type { DeliverySource } from "./delivery-source.ts";
import { type FetchRequest, readBody } from "./fetch-body.ts";
import { checkHandler } from "./handlers.ts";
import { malformedHost } from "../delivery/request-host.ts";
import { runHandler } from "./observation.ts";
import type { Receiving } from "./progress.ts";
import { receiveFrom } from "./receive.ts";
import type { Warning } from "../base/warning.ts";

/** The second argument of a handler. */
export interface RequestContext<Req = Request> {
  readonly claim: Claim;
  /** The request; its body has been read: `event.rawBody` has the bytes. */
  readonly request: Req;
}

/** Processes one event. Returns a `Response`, or nothing for 200. What it throws is answered with 500 and given back for a retry. */
export type RequestHandler<Event extends WebhookEvent, Req = Request> = (
  event: Event,
  context: RequestContext<Req>,
) => Promise<Response | void> | Response | void;

/** Facts that the host knows beside the request itself. */
export interface HandleContext {
  /** Keeps a Worker alive until the claim is settled. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** The IP address that the request came from, for records. Bun: `server.requestIP(request)?.address`. */
  readonly remoteAddress?: string | undefined;
}

/**
 * Checks the handler of `receiver.handle`, before anything of the request is looked at: there must be one, or else an inbox, and not both.
 *
 * @throws `config_invalid`
 */
export function checkRequestHandler({ settings: { inbox } }: Receiving, handler: unknown): void {
  checkHandler(handler, inbox !== undefined);
  if (handler === undefined && inbox === undefined) {
    throw configError("handle(request, handler): the handler is missing, or is not a function.");
  }
}

/** Receives a `Request`, runs the handler, settles the claim and answers; see `Receiver.handle`. */
export async function handleRequest<Req extends FetchRequest>(
  receiving: Receiving,
  request: Req,
  handler: RequestHandler<WebhookEvent, Req> | undefined,
  context: HandleContext = {},
  source: DeliverySource = sourceOfRequest(request, context),
): Promise<Response> {
  const responding = respond(receiving, request, handler, source);
  // Otherwise a Worker whose client leaves is stopped between the handler and the claim.
  context.waitUntil?.(responding.then(({ claim }) => claim && workOf(claim)).catch(() => {}));
  return (await responding).response;
}

/** Reads a delivery out of a `Request`. */
export function sourceOfRequest(
  request: FetchRequest,
  { remoteAddress }: HandleContext = {},
): DeliverySource {
  return {
    headers: request.headers,
    method: request.method,
    url: request.url,
    via: "fetch",
    remoteAddress,
    malformed: malformedHost(request.headers),
    readBody: (limits) => readBody(request, limits),
  };
}

async function respond<Req extends FetchRequest>(
  receiving: Receiving,
  request: Req,
  handler: RequestHandler<WebhookEvent, Req> | undefined,
  source: DeliverySource,
): Promise<{ readonly response: Response; readonly claim?: Claim }> {
  const { settings, log } = receiving;
  const receipt = await receiveFrom(receiving, source);
  if (receipt.status !== "accepted") return { response: responseOf(receipt.response) };
  const { event, claim } = receipt;
  let response: Response;
  try {
    const returned: unknown = await runHandler(claim, () => handler?.(event, { claim, request }));
    response = isResponse(returned)
      ? returned
      : new Response(null, { status: settings.successStatus });
    if (returned != null && returned !== response) log.warnOnce(handlerReturned(returned));
  } catch (cause) {
    const error = new WebhookError("handler_failed", "The handler threw.", { cause });
    await claim.release(cause ?? error);
    return { response: responseOf(settings.answers.error(error)), claim };
  }
  await settleByStatus(claim, response.status);
  return { response, claim };
}

/** Tells whether a value is a `Response`, including one of another realm or of a library. */
export function isResponse(value: unknown): value is Response {
  const { status, ok, headers } = (value ?? {}) as Partial<Response>;
  return (
    typeof status === "number" && typeof ok === "boolean" && typeof headers?.get === "function"
  );
}

/** Makes the warning for a handler that returned something else than an answer. */
export function handlerReturned(returned: unknown): Warning {
  return {
    code: "handler_returned",
    message: `A handler returned a value of the type ${typeof returned}, which is no Response. The event counts as processed, and was answered with 200. Return a Response, or nothing.`,
  };
}

/** An {@link Answer} as a `Response`. */
export function responseOf({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers });
}
