import {
  type Claim,
  createReceiver,
  type EventsOf,
  type OneOf,
  type ReceivedEvent,
  type ReceiverOptions,
  WebhookError,
} from "@countersign/core";
import {
  answerToFailure,
  checkHandler,
  handlerReturned,
  hasInbox,
  isResponse,
  responseOf,
  runHandler,
  settleByStatus,
  successStatus,
  warnOnce,
} from "@countersign/core/adapter";
import { sourceOf } from "./delivery-source.ts";
import { answerTo, type LambdaAnswer } from "./lambda-answer.ts";
import type { LambdaContext, LambdaEvent } from "./lambda-event.ts";

/** The second argument of a handler. */
export interface LambdaHandlerContext {
  readonly claim: Claim;
  /** The event as Lambda got it. */
  readonly lambdaEvent: LambdaEvent;
  /** Lambda's own context, with `getRemainingTimeInMillis()`; undefined where a test leaves it out. */
  readonly context: LambdaContext | undefined;
}

/** Processes one event. Returns a `Response`, or nothing for 200; anything else counts as nothing, and is warned of once. */
export type LambdaWebhookHandler<Event> = (
  event: Event,
  context: LambdaHandlerContext,
) => Promise<Response | void> | Response | void;

/**
 * The handler of a provider's events, for one that stands by itself: `HandlerOf<typeof github>`. With a `schema`, its output is the second
 * parameter.
 *
 * @example
 * ```ts
 * import type { HandlerOf } from "@countersign/aws-lambda";
 *
 * const onGitHub: HandlerOf<typeof github> = (event) => {
 *   if (event.type === "push") console.log(event.body.ref);
 * };
 * ```
 */
export type HandlerOf<Of extends object, Output = never> = LambdaWebhookHandler<
  ReceivedEvent<EventsOf<Of>, Output>
>;

/**
 * Makes the handler of a Lambda function: verifies, runs your handler once for each event, and answers in the form that the event's sender
 * understands. It takes the events of function URLs, HTTP APIs, REST APIs and Application Load Balancers.
 *
 * The claim is settled before the function returns, since Lambda freezes the process then.
 *
 * @param options see `ReceiverOptions`
 * @param handler processes one event; left out with an `inbox`. Where it throws, the sender gets 500, and its retry is processed
 * @returns the function for Lambda. Rejects with `config_invalid` where the event is no HTTP request
 * @throws `config_invalid` where an option can't work, or the handler is not a function
 * @example
 * ```ts
 * export const handler = webhook({ provider: github, secret }, async (event) => { await queue.add(event.body); });
 * ```
 */
export function webhook<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output> | OneOf<Events>,
  handler?: LambdaWebhookHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): (lambdaEvent: LambdaEvent, context?: LambdaContext) => Promise<LambdaAnswer> {
  const receiver = createReceiver(options);
  checkHandler(handler ?? (hasInbox(receiver) ? undefined : null), hasInbox(receiver));
  return async (lambdaEvent, context) => {
    const receipt = await receiver.receiveFrom(sourceOf(lambdaEvent));
    if (receipt.status !== "accepted") {
      return answerTo(lambdaEvent, responseOf(receipt.response));
    }
    const { event, claim } = receipt;
    let answer: LambdaAnswer;
    try {
      const returned: unknown = await runHandler(claim, () =>
        handler?.(event, { claim, lambdaEvent, context }),
      );
      const response = isResponse(returned)
        ? returned
        : new Response(null, { status: successStatus(receiver) });
      if (returned != null && returned !== response) warnOnce(receiver, handlerReturned(returned));
      // Reads the response's body, which may fail as the handler may.
      answer = await answerTo(lambdaEvent, response);
    } catch (cause) {
      await claim.release(
        cause ?? new WebhookError("handler_failed", "The handler threw nothing."),
      );
      return answerTo(lambdaEvent, responseOf(answerToFailure(receiver, cause)));
    }
    await settleByStatus(claim, answer.statusCode);
    return answer;
  };
}
