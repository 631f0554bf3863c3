import type { Answer } from "./answer.ts";
import type { Claim } from "./claim.ts";
import { WebhookError } from "./errors.ts";
import type { WebhookEvent } from "./event.ts";
import { readBody } from "./fetch-body.ts";
import { answerTo, answerToError } from "./receipt.ts";
import type { Intake } from "./intake.ts";

/** What a handler gets beside the event. */
export interface RequestContext {
  readonly claim: Claim;
  /** The request; its body has been read: `event.rawBody` has the bytes. */
  readonly request: Request;
}

/** Processes one event. Returns a `Response`, or nothing for 200. What it throws is answered with 500 and given back for a retry. */
export type RequestHandler<Event extends WebhookEvent> = (
  event: Event,
  context: RequestContext,
) => Promise<Response | void> | Response | void;

/** What `receiver.handle` does. */
export async function handleRequest<Event extends WebhookEvent>(
  intake: Intake<Event>,
  request: Request,
  handler: RequestHandler<Event>,
  context: { readonly waitUntil?: (work: Promise<unknown>) => void } = {},
): Promise<Response> {
  const work = respond(intake, request, handler);
  // A Worker whose client leaves is stopped otherwise, between the handler and the claim.
  context.waitUntil?.(work.catch(() => {}));
  return work;
}

async function respond<Event extends WebhookEvent>(
  intake: Intake<Event>,
  request: Request,
  handler: RequestHandler<Event>,
): Promise<Response> {
  const receipt = await intake.receiveFrom({
    headers: request.headers,
    method: request.method,
    url: request.url,
    readBody: () => readBody(request, intake.limits),
  });
  if (receipt.status !== "accepted") return responseOf(answerTo(receipt));
  const { event, claim } = receipt;
  let response: Response;
  try {
    response = (await handler(event, { claim, request })) ?? new Response(null, { status: 200 });
  } catch (cause) {
    await claim.release(cause);
    return responseOf(
      answerToError(new WebhookError("handler_failed", "The handler threw.", { cause })),
    );
  }
  await (response.ok ? claim.complete() : claim.release());
  return response;
}

/** An {@link Answer} as a `Response`. */
export function responseOf({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers });
}
