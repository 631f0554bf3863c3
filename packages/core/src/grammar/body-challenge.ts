import { hasHmac, isAnswerable, isToken, valueAt } from "../scheme/challenge-value.ts";
import { WebhookError } from "../base/errors.ts";
import type { Grammar } from "../scheme/scheme.ts";

/** Registration handshakes that come as a signed delivery. */
export const bodyChallenge: Pick<Grammar, "challengeIn"> = {
  challengeIn({ name, challenge }, body) {
    if (challenge === undefined || !("body" in challenge)) return undefined;
    const { when, answer } = challenge;
    if (valueAt(body, when.body) !== when.value) return undefined;
    const value = valueAt(body, challenge.body);
    if (value !== undefined && isAnswerable(value) && (!hasHmac(answer) || isToken(value))) {
      return { value, answer };
    }
    throw new WebhookError(
      "body_malformed",
      `The delivery of ${name} is a handshake, and ${challenge.body} has no text that can be sent back. Check \`challenge\` in the definition.`,
    );
  },
};
