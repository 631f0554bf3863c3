import { isWebhookError, type WebhookError } from "../base/errors.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { readEvent } from "../verify/read-event.ts";
import { type Verification, verificationOf, type VerifyOptions } from "../verify/options.ts";
import type { Budget } from "./budget.ts";

/** A delivery that does not verify, and all that may tell why. */
export interface Refusal {
  readonly scheme: Verification["scheme"];
  readonly toleranceMs: number | undefined;
  readonly delivery: Delivery;
  readonly options: VerifyOptions<never>;
  readonly failure: Failure;
  readonly budget: Budget;
}

/** The verifier's own words why a delivery does not verify. */
interface Failure {
  readonly error: WebhookError;
  /** The secret itself can't be used. */
  readonly isAboutSecret: boolean;
}

/** Verifies a delivery for its failure; undefined where there is none. */
export async function failureOf(
  options: VerifyOptions<never>,
  delivery: Delivery,
): Promise<Failure | undefined> {
  let isAboutSecret = true;
  try {
    const verification = verificationOf(options);
    isAboutSecret = false;
    await readEvent(verification, delivery);
    return undefined;
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return { error, isAboutSecret };
  }
}
