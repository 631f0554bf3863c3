export { createInbox } from "./create-inbox.ts";
export type * from "./inbox.ts";
export type * from "./engine.ts";
export type { InboxOptions } from "./options.ts";
export { defaultRetry, type RetryPolicy } from "./retry.ts";
export type { AttemptRecord, InboxContext, InboxHandler, ItemClaim } from "./run-item.ts";
