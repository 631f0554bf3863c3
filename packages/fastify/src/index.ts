export type {
  FastifyContext,
  FastifyHandler,
  FastifyWebhookOptions,
  WebhookPlugin,
} from "./types.ts";
export { eventOf, webhook } from "./webhook.ts";
