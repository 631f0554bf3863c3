import { headerOf } from "../delivery/headers.ts";
import { headersOf, writeAnswer } from "../scheme/challenge-answer.ts";
import { isToken } from "../scheme/challenge-value.ts";
import { isSigned } from "../scheme/is-signed.ts";
import type { Grammar } from "../scheme/scheme.ts";

/** Registration handshakes whose value is in a header, which may be the secret itself. */
export const headerChallenge: Pick<Grammar, "answerHandshake"> = {
  answerHandshake(scheme, request) {
    const { challenge } = scheme.definition;
    if (challenge === undefined || !("header" in challenge)) return undefined;
    const name = challenge.header.toLowerCase();
    const value = headerOf(request.headers, name);
    if (value === undefined || isSigned(scheme, request) || !isToken(value)) return undefined;
    const echo = { ...headersOf("text/plain"), [name]: value };
    return {
      response:
        challenge.answer === "header"
          ? { status: 200, headers: echo, body: "" }
          : writeAnswer(challenge.answer, { value }),
      ...(challenge.handsOver && { secret: value }),
    };
  },
};
