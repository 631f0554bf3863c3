export type { HonoOptions } from "./options.ts";
export {
  type HandlerOf,
  type HonoContext,
  type HonoHandler,
  webhook,
  type WebhookVariables,
} from "./webhook.ts";
