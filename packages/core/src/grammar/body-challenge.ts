import { hasHmac, isAnswerable, isToken, valueAt } from "../challenge-value.ts";
import type { Grammar } from "../scheme.ts";

/** Registration handshakes that come as a signed delivery. */
export const bodyChallenge: Pick<Grammar, "challengeIn"> = {
  challengeIn({ challenge }, body) {
    if (challenge === undefined || !("body" in challenge)) return undefined;
    const { when, answer } = challenge;
    if (valueAt(body, when.body) !== when.value) return undefined;
    const value = valueAt(body, challenge.body);
    if (value === undefined || !isAnswerable(value)) return undefined;
    return hasHmac(answer) && !isToken(value) ? undefined : { value, answer };
  },
};
