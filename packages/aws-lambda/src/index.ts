export type { LambdaAnswer } from "./lambda-answer.ts";
export type { AlbEvent, HttpEvent, LambdaContext, LambdaEvent, RestEvent } from "./lambda-event.ts";
export {
  type HandlerOf,
  type LambdaHandlerContext,
  type LambdaWebhookHandler,
  webhook,
} from "./webhook.ts";
