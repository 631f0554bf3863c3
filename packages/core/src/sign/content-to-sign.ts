import { configError, isWebhookError, type WebhookError } from "../base/errors.ts";
import { tokenOf } from "../grammar/template-tokens.ts";
import type { Part } from "../hmac/backend.ts";
import { isSame } from "../scheme/compile.ts";
import type { Signed } from "../scheme/scheme.ts";
import { contentOf, missingContent } from "../scheme/signed-content.ts";

/**
 * Puts together what is signed.
 *
 * @throws `config_invalid` where the message lacks something that is signed, or no receiver would take it
 */
export async function contentToSign(signed: Signed): Promise<readonly Part[]> {
  let content: readonly Part[] | undefined;
  try {
    content = await contentOf(signed);
  } catch (error) {
    if (!isWebhookError(error) || error.code === "config_invalid") throw error;
    // A receiver would refuse it so. Here it is a mistake in the message, and no forged signature.
    throw configError(
      `${signed.scheme.definition.name}: no receiver would take this message. ${error.message}`,
    );
  }
  if (content === undefined) throw await incomplete(signed);
  return content;
}

/** Names what a message lacks, and who could give it. */
async function incomplete(signed: Signed): Promise<WebhookError> {
  const { scheme } = signed;
  const { name } = scheme.definition;
  const missing = await missingContent(signed);
  if (missing === undefined) {
    return configError(
      `${name}: signature.signedContent threw for this message, or returned neither bytes nor text. Call it with a message like this one.`,
    );
  }
  const advice =
    missing.kind === "json"
      ? "Give the body text, a boolean, or a whole number below 2^53 there."
      : isSame(missing, scheme.type)
        ? "Give type."
        : "sign() writes id, type, timestamp and what requires says, and knows no other values: sign such deliveries by yourself.";
  return configError(
    `${name} signs ${tokenOf(missing, scheme)}, which the message has not. ${advice}`,
  );
}
