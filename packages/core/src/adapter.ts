/**
 * What a framework's adapter needs of the core, for the packages of this project and for those who write one for another framework:
 * build a `DeliverySource`, pass it to `receiver.receiveFrom`, answer with `answerTo(receipt, receiver)`, settle the claim by the final status.
 */
export type { DeliverySource, ReceivedEvent } from "./intake.ts";
export { callGuarded } from "./callback.ts";
export { readBody } from "./fetch-body.ts";
export { handlerReturned, isResponse, responseOf } from "./fetch.ts";
export { checkHandler } from "./handlers.ts";
export { bodyAborted, type BodyLimits, bodyTimeout, tooLarge } from "./limits.ts";
export { answerTo, answerToError } from "./receipt.ts";
export { secondMiddleware } from "./second-middleware.ts";
export { unknownOptions } from "./spelling.ts";
export { LONGEST_TIMER_MS, withTimeout } from "./timeout.ts";
export { emitWarningOnce } from "./warning.ts";
