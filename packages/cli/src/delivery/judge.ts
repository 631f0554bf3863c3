import {
  isWebhookError,
  type Provider,
  type SecretEntry,
  verify,
  type WebhookErrorCode,
  type WebhookEvent,
} from "@countersign/core";
import { explain, type Finding } from "@countersign/core/explain";
import { UsageError } from "../base/usage-error.ts";
import type { Captured } from "./captured.ts";

/** The providers and secrets that deliveries are verified with. */
export interface VerifyWith {
  readonly provider: Provider<object>;
  readonly secret: readonly SecretEntry[];
  /** The URL that the provider calls, where a proxy changes it. */
  readonly publicUrl?: string | undefined;
  /** The clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Why a delivery is refused. */
export interface Refusal {
  readonly code: WebhookErrorCode;
  /** The explanation, for people. */
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** The result of verifying a delivery: its event, or the reason for the refusal. */
export type Judgement =
  | { readonly verified: true; readonly event: WebhookEvent }
  | ({ readonly verified: false } & Refusal);

/**
 * Verifies a delivery, and explains a refusal.
 *
 * @throws UsageError if the secret or the setting can't work, with the explanation
 */
export async function judge(delivery: Captured, options: VerifyWith): Promise<Judgement> {
  try {
    return { verified: true, event: await verify(delivery, options) };
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    const refusal = await explained(delivery, options, error.code, error.message);
    if (error.code === "config_invalid") throw new UsageError(refusal.text, { cause: error });
    return { verified: false, ...refusal };
  }
}

/** Explains why a delivery was refused; without an explanation, the error's own message is the text. */
export async function explained(
  delivery: Captured,
  options: VerifyWith,
  code: WebhookErrorCode,
  message: string,
): Promise<Refusal> {
  try {
    const { text, findings } = await explain(delivery, options);
    return {
      code,
      text: findings.length === 0 && code !== "signature_mismatch" ? message : text,
      findings,
    };
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return { code, text: message, findings: [] };
  }
}
