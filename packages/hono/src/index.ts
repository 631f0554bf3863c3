export {
  type HonoContext,
  type HonoHandler,
  type HonoOptions,
  webhook,
  type WebhookVariables,
} from "./webhook.ts";
