import type { ProviderDefinition } from "../scheme/definition.ts";
import type { ReceiptRecord } from "./receipt.ts";

/** The part of a record about an answer that the provider counts as a failure although the handler succeeded. */
export type MissedTerms = Pick<ReceiptRecord, "deadlinePassed" | "statusNotAccepted">;

/** Returns the status for an event where no handler chose one: 200, if the provider counts that as success. */
export function successStatusOf({ delivery }: ProviderDefinition): number {
  const statuses = delivery?.successStatuses ?? [];
  return statuses.includes(200) ? 200 : (statuses[0] ?? 200);
}

/** The usual case, which costs nothing. */
export const NOTHING_MISSED: MissedTerms = {};

/**
 * Compares an answer with what its provider expects.
 *
 * @param elapsedMs how long after its arrival the delivery is answered
 * @param status undefined where it is not known
 */
export function missedTerms(
  { delivery }: ProviderDefinition,
  elapsedMs: number,
  status?: number,
): MissedTerms {
  const { deadlineSeconds = Number.POSITIVE_INFINITY, successStatuses } = delivery ?? {};
  const isLate = elapsedMs > deadlineSeconds * 1000;
  const isSuccess = status !== undefined && status >= 200 && status <= 299;
  const isNotAccepted = isSuccess && successStatuses?.includes(status) === false;
  if (!isLate && !isNotAccepted) return NOTHING_MISSED;
  return {
    ...(isLate && { deadlinePassed: true }),
    ...(isNotAccepted && { statusNotAccepted: status }),
  };
}
