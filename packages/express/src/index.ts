export type { ExpressContext, ExpressHandler, WebhookMiddleware } from "./types.ts";
export { webhook } from "./webhook.ts";
