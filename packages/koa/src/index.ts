export { type KoaContext, type KoaHandler, webhook, type WebhookState } from "./webhook.ts";
