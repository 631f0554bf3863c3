export type { Answer } from "./receiver/answer.ts";
export type { BodyLike } from "./base/bytes.ts";
export type { Claim } from "./claims/claim.ts";
export type { Settlement } from "./claims/settlement.ts";
export type * from "./scheme/definition.ts";
export type { Delivery } from "./delivery/delivery.ts";
export { isWebhookError, WebhookError, type WebhookErrorCode } from "./base/errors.ts";
export type { EventOf, WebhookEvent } from "./verify/event.ts";
export { eventFrom, type EventJson, eventToJson } from "./verify/event-json.ts";
export type { FetchRequest } from "./receiver/fetch-body.ts";
export type {
  HandleContext,
  RequestContext,
  RequestHandler,
} from "./receiver/fetch-handler.ts";
export { handlers, type RoutedHandler, type Routes } from "./receiver/handlers.ts";
export type { EventInbox } from "./receiver/inbox.ts";
export type { HeadersLike } from "./delivery/headers.ts";
export type { DeliverySource } from "./receiver/delivery-source.ts";
export type { BodyLimits } from "./delivery/body-limits.ts";
export { type MemoryStore, memoryStore, type MemoryStoreOptions } from "./claims/memory-store.ts";
export { defineProvider } from "./define/define-provider.ts";
export type { AnyProvider, EventsOf, Provider } from "./scheme/provider.ts";
export type { Arrival, Observation, Observer } from "./receiver/observation.ts";
export type { RequestFacts } from "./receiver/request-facts.ts";
export type { Receipt, ReceiptRecord } from "./receiver/receipt.ts";
export { createReceiver } from "./receiver/receiver.ts";
export type { HandlerOf, ReceivedEvent, Receiver } from "./receiver/receiver-type.ts";
export { oneOf } from "./receiver/one-of.ts";
export type { OneOf } from "./receiver/several-receivers.ts";
export type { ReceiverOptions } from "./receiver/options.ts";
export type { StandardIssue, StandardResult, StandardSchema } from "./receiver/standard-schema.ts";
export type { SignatureEncoding } from "./algorithms/encodings.ts";
export type { OtherHmac, PublicKeyAlgorithm } from "./algorithms/algorithm.ts";
export type { EventFact, Uncovered } from "./scheme/scheme.ts";
export type { SecretEntry, SecretLookup, Secrets, TenantSecrets } from "./secrets/secret.ts";
export { sign } from "./sign/sign.ts";
export type { SignedMessage, SignMessage, SignOptions } from "./sign/sign-options.ts";
export type { ClaimResult, ClaimStore } from "./claims/claim-store.ts";
export type { TimestampUnit } from "./scheme/timestamp.ts";
export type { Checked } from "./verify/check-delivery.ts";
export type { VerifyOptions } from "./verify/options.ts";
export { createVerifier, type Verifier, verify } from "./verify/verify.ts";
export type { Warning } from "./base/warning.ts";
