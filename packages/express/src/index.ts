export {
  type ExpressContext,
  type ExpressHandler,
  webhook,
  type WebhookMiddleware,
} from "./webhook.ts";
