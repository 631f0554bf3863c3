import { hasHmac } from "../scheme/challenge-value.ts";
import type { ChallengeAnswer, ProviderDefinition } from "../scheme/definition.ts";
import type { Fail } from "./fail.ts";
import { onlyOf } from "./only-of.ts";
import { shown } from "../base/shown.ts";
import { checkHeaderName } from "./signature.ts";

const MEMBERS_OF = {
  query: ["method", "equals", "token", "answer"],
  body: ["when", "answer"],
  handover: [],
  probe: [],
  header: ["answer", "handsOver"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Checks a registration handshake. */
export function checkChallenge(definition: ProviderDefinition, fail: Fail): void {
  const { challenge } = definition;
  if (challenge === undefined) return;
  const kind = onlyOf(
    challenge,
    ["query", "body", "handover", "probe", "header"],
    "challenge",
    fail,
  );
  const members: readonly string[] = MEMBERS_OF[kind];
  const stray = Object.keys(challenge).find((name) => name !== kind && !members.includes(name));
  if (stray !== undefined) {
    throw fail(`challenge.${stray} has no meaning beside challenge.${kind}. Remove it.`);
  }
  if ("handover" in challenge || "probe" in challenge) return;
  if ("header" in challenge) {
    checkHeaderName(challenge.header, "challenge.header", fail);
    if (challenge.answer === "header") return;
    checkAnswer(challenge.answer, fail);
    if (!hasHmac(challenge.answer)) return;
    throw fail(
      "challenge.answer has an HMAC of what anybody puts into a header. Only {value} can come back.",
    );
  }
  if ((challenge.answer as unknown) === "header") {
    throw fail('challenge.answer is "header", which is for challenge.header alone.');
  }
  if ("query" in challenge) {
    if (challenge.query === "") {
      throw fail("challenge.query is empty: the query parameter with the value.");
    }
    if (challenge.token === "") {
      throw fail("challenge.token is empty: the query parameter with the verify token.");
    }
  } else if ((challenge.when as unknown) === undefined) {
    throw fail("challenge.when is missing: what makes a delivery a challenge, as { body, value }.");
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
    (signature.algorithm ?? "sha256") === "sha256" &&
    (signature.content ?? "{body}") === "{body}" &&
    signature.signedContent === undefined &&
    (body?.format ?? "json") === "json" &&
    body?.formField === undefined
  );
}

function checkAnswer(answer: ChallengeAnswer | undefined, fail: Fail): void {
  if (answer === undefined)
    throw fail('challenge.answer is missing; it must be "text", or { json }.');
  if (answer === "text") return;
  for (const template of Object.values(answer.json)) {
    if (/[{}]/.test(template.replaceAll(/\{(?:value|hmac\.hex|hmac\.base64)\}/g, ""))) {
      throw fail(
        `challenge.answer has ${shown(template)}; there are {value}, {hmac.hex} and {hmac.base64}.`,
      );
    }
  }
}
