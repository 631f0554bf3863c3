export {
  eventOf,
  type FastifyContext,
  type FastifyHandler,
  type FastifyWebhookOptions,
  webhook,
  type WebhookPlugin,
} from "./webhook.ts";
