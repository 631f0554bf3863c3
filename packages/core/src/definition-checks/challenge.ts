import { hasHmac } from "../challenge-value.ts";
import type { ChallengeAnswer, ProviderDefinition } from "../definition.ts";
import { parsePointer } from "../pointer.ts";
import type { Fail } from "./fail.ts";

/** Checks a registration handshake. */
export function checkChallenge(definition: ProviderDefinition, fail: Fail): void {
  const { challenge } = definition;
  if (challenge === undefined) return;
  if ("handover" in challenge) return checkPointer(challenge.handover, "challenge.handover", fail);
  if ("query" in challenge) {
    if (!challenge.query)
      throw fail("challenge.query is empty: the query parameter with the value.");
    if (!["GET", "POST", undefined].includes(challenge.method)) {
      throw fail('challenge.method must be "GET" or "POST".');
    }
  } else {
    checkPointer(challenge.body, "challenge.body", fail);
    checkPointer(challenge.when?.body, "challenge.when.body", fail);
    if (typeof challenge.when.value !== "string") throw fail("challenge.when.value must be text.");
  }
  checkAnswer(challenge.answer, fail);
  // Whoever asks gets an HMAC under the secret of a text of theirs. Only a text that is no JSON is sure not to be a delivery's content.
  if ("query" in challenge && hasHmac(challenge.answer) && !signsJsonAlone(definition)) {
    throw fail(
      'challenge.answer has an HMAC of what anybody puts into the query, which can be told from a signed delivery only if body.format is "json", without a formField, and just that is signed: signature.content is "{body}", and there is no signedContent.',
    );
  }
}

function signsJsonAlone({ signature, body }: ProviderDefinition): boolean {
  return (
    (signature.content ?? "{body}") === "{body}" &&
    signature.signedContent === undefined &&
    (body?.format ?? "json") === "json" &&
    body?.formField === undefined
  );
}

function checkPointer(pointer: unknown, where: string, fail: Fail): void {
  if (typeof pointer !== "string" || parsePointer(pointer) === undefined) {
    throw fail(
      `${where} is ${JSON.stringify(pointer)}; it must be a JSON pointer such as "/challenge".`,
    );
  }
}

function checkAnswer(answer: ChallengeAnswer, fail: Fail): void {
  if (answer === "text") return;
  const templates = Object.values(answer?.json ?? {}) as unknown[];
  if (templates.length === 0) {
    throw fail('challenge.answer must be "text", or { json } with at least one member.');
  }
  for (const template of templates) {
    if (
      typeof template !== "string" ||
      /[{}]/.test(template.replaceAll(/\{(?:value|hmac\.hex|hmac\.base64)\}/g, ""))
    ) {
      throw fail(
        `challenge.answer has ${JSON.stringify(template)}; there are {value}, {hmac.hex} and {hmac.base64}.`,
      );
    }
  }
}
