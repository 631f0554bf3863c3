export type { Answer } from "./answer.ts";
export type { BodyLike } from "./bytes.ts";
export type { Claim, Settlement } from "./claim.ts";
export type * from "./definition.ts";
export type { Delivery } from "./delivery.ts";
export { isWebhookError, WebhookError, type WebhookErrorCode } from "./errors.ts";
export type { EventOf, WebhookEvent } from "./event.ts";
export type { RequestContext, RequestHandler } from "./fetch.ts";
export { handlers, type RoutedHandler, type Routes } from "./handlers.ts";
export type { HeadersLike } from "./headers.ts";
export type { DeliverySource, ReceivedEvent, ReceiverOptions } from "./intake.ts";
export type { BodyLimits } from "./limits.ts";
export { type MemoryStore, memoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export { defineProvider, type Provider } from "./provider.ts";
export type { Receipt, ReceiptRecord } from "./receipt.ts";
export { createReceiver, type Receiver } from "./receiver.ts";
export type { StandardIssue, StandardResult, StandardSchema } from "./schema.ts";
export type { EventFact } from "./scheme.ts";
export type { SecretEntry, SecretLookup, Secrets, TenantSecrets } from "./secret.ts";
export { sign, type SignedMessage, type SignMessage, type SignOptions } from "./sign.ts";
export type { ClaimResult, ClaimStore } from "./store.ts";
export type { TimestampUnit } from "./timestamp.ts";
export {
  type Checked,
  createVerifier,
  type Verifier,
  verify,
  type VerifyOptions,
} from "./verify.ts";
export type { Warning } from "./warning.ts";
