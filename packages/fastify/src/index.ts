export {
  eventOf,
  type FastifyContext,
  type FastifyHandler,
  type FastifyWebhookOptions,
  webhook,
} from "./webhook.ts";
