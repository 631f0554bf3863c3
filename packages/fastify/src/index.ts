export type {
  FastifyContext,
  FastifyHandler,
  FastifyWebhookOptions,
  HandlerOf,
  WebhookPlugin,
} from "./types.ts";
export { eventOf, webhook } from "./webhook.ts";
