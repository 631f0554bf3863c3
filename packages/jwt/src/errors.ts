import { WebhookError } from "@countersign/core";
import { errors } from "jose";

/** Returns an error for a setting that can't work. */
export function configError(message: string): WebhookError {
  return new WebhookError("config_invalid", message);
}

/** Returns an error for a token that is not one. */
export function malformed(provider: string, what: string): WebhookError {
  return new WebhookError("signature_malformed", `The token of ${provider} ${what}.`);
}

/** Returns an error for a token that does not count. */
export function refused(provider: string, what: string): WebhookError {
  return new WebhookError("signature_mismatch", `The token of ${provider} ${what}.`);
}

/** Says in Countersign's terms why `jose` refused a token; undefined where it was something else. */
export function refusalOf(provider: string, error: unknown): WebhookError | undefined {
  if (error instanceof errors.JWTExpired) {
    return new WebhookError(
      "timestamp_expired",
      `The token of ${provider} has expired (\`exp\`). It is a replay, it was held up on the way, or this machine's clock is fast.`,
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "nbf") {
      return new WebhookError(
        "timestamp_future",
        `The token of ${provider} is not valid yet (\`nbf\`). This machine's clock is slow.`,
      );
    }
    return refused(
      provider,
      `has another \`${error.claim}\` than the definition asks for (${error.reason})`,
    );
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return malformed(provider, `can't be read: ${error.message}`);
  }
  return error instanceof errors.JOSEError
    ? refused(provider, `is not accepted: ${error.message}`)
    : undefined;
}
