import { utf8 } from "../base/bytes.ts";
import type { Answer } from "../delivery/answer.ts";
import * as backend from "#crypto";
import type { HmacKey } from "../hmac/backend.ts";
import type { ChallengeAnswer } from "./definition.ts";
import type { FoundChallenge } from "./scheme.ts";

/**
 * Answers a challenge that was found in the body of a verified delivery, or in a query string.
 *
 * @param key of the secret that the delivery was signed with; undefined where the answer has no HMAC in it
 */
export async function answerTo(
  { value, answer }: FoundChallenge,
  key: HmacKey | undefined,
): Promise<Answer> {
  const digest = async (text: "hex" | "base64"): Promise<string> =>
    key === undefined ? "" : backend.hmac(key, [utf8(value)], text);
  const [hex, base64] =
    answer === "text" ? [] : await Promise.all([digest("hex"), digest("base64")]);
  return writeAnswer(answer, { value, "hmac.hex": hex, "hmac.base64": base64 });
}

/** The texts that an answer can have in it, by the names that stand for them in braces. */
interface AnswerTexts {
  readonly value: string;
  readonly "hmac.hex"?: string | undefined;
  readonly "hmac.base64"?: string | undefined;
}

/** Writes the answer of a definition with its texts in it. */
export function writeAnswer(answer: ChallengeAnswer, texts: AnswerTexts): Answer {
  if (answer === "text") {
    return { status: 200, headers: headersOf("text/plain"), body: texts.value };
  }
  const members = Object.entries(answer.json).map(([name, template]) => [
    name,
    template.replaceAll(
      /\{(value|hmac\.hex|hmac\.base64)\}/g,
      (token, what: keyof AnswerTexts) => texts[what] ?? token,
    ),
  ]);
  return {
    status: 200,
    headers: headersOf("application/json"),
    body: JSON.stringify(Object.fromEntries(members)),
  };
}

/** A value that came from outside goes back: no browser may take it for a page, no cache may keep it. */
export function headersOf(type: "text/plain" | "application/json"): Record<string, string> {
  return {
    "content-type": type === "text/plain" ? `${type}; charset=utf-8` : type,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
}
