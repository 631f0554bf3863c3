/**
 * The parts of the core that an adapter for a framework needs, those of this project and those of others:
 * build a `DeliverySource`, pass it to `receiver.receiveFrom`, answer with `receipt.response`, settle the claim by the final status.
 */
export type { DeliverySource } from "./receiver/delivery-source.ts";
export { workOf } from "./claims/claim-of.ts";
export { sweepNowAndThen } from "./claims/sweep-now-and-then.ts";
export { holdClaim } from "./claims/held-claim.ts";
export type { ClaimTerms } from "./claims/claim.ts";
export { callGuarded } from "./base/guarded-call.ts";
export { isPending } from "./base/awaitable.ts";
export { settleByStatus, settleClaim } from "./claims/settle.ts";
export { MIN_SECRET_BYTES, secretBytes } from "./doctor/diagnose.ts";
export { type DerElement, readDer, readOneDer } from "./algorithms/der.ts";
export { headerOf } from "./delivery/headers.ts";
export { readBody } from "./receiver/fetch-body.ts";
export { type IncomingBody, wholeBody } from "./receiver/whole-body.ts";
export { handlerReturned, isResponse, responseOf } from "./receiver/fetch-handler.ts";
export { runHandler } from "./receiver/observation.ts";
export { checkHandler } from "./receiver/handlers.ts";
export {
  bodyAborted,
  type BodyLimits,
  bodyTimeout,
  compressionOf,
  encodingUnsupported,
  tooLarge,
} from "./delivery/body-limits.ts";
export { isHost, malformedHost, requestMalformed } from "./delivery/request-host.ts";
export { answerToFailure, hasInbox, successStatus, warnOnce } from "./receiver/receiver.ts";
export type { ReceivedEvent } from "./receiver/receiver-type.ts";
export { secondMiddleware } from "./receiver/second-middleware.ts";
export { shown } from "./base/shown.ts";
export { unknownOptions } from "./base/unknown-names.ts";
export { LONGEST_TIMER_MS, withTimeout } from "./base/timeout.ts";
export { emitWarningOnce } from "./base/warning.ts";
