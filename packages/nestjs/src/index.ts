export { WebhookModule } from "./module.ts";
export type { SeveralWebhooks, WebhookEndpoint, WebhookModuleOptions } from "./options.ts";
export { WebhookClaim, WebhookEvent } from "./parameters.ts";
export { Webhook } from "./webhook.ts";
