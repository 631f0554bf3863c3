export type { Attempt, AttemptError } from "./attempt.ts";
export { isPublicAddress } from "./guard.ts";
export { retryPolicies, type RetryPolicy, type Statuses } from "./retry.ts";
export {
  createSender,
  type DeliveryRecord,
  type Sender,
  type SenderOptions,
  type SendRequest,
} from "./sender.ts";
