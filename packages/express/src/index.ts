export type { ExpressContext, ExpressHandler, HandlerOf, WebhookMiddleware } from "./types.ts";
export { webhook } from "./webhook.ts";
