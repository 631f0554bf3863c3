export {
  type HandlerOf,
  type KoaContext,
  type KoaHandler,
  webhook,
  type WebhookState,
} from "./webhook.ts";
