import { defineProvider, type Provider } from "@countersign/core";
import { github, slack, stripe } from "@countersign/core/providers";
import {
  providerCases,
  type ProviderUnderTest,
  type SignedExample,
} from "@countersign/core/testing";
import { describe, expect, test } from "vitest";
import { secretsFor } from "../round-trip/presets.ts";
import { KNOWN_ANSWERS, type KnownAnswer } from "../vectors/known-answers.ts";

function exampleOf({
  headers,
  body,
  method = "POST",
  url = "",
  ...answer
}: KnownAnswer): SignedExample {
  const { id, type } = answer.event ?? {};
  return {
    delivery: { headers, body: Buffer.from(body), method, url },
    secret: answer.secret,
    receivedAtMs: answer.nowSeconds * 1000,
    ...(id !== undefined && { id }),
    ...(type !== undefined && { type }),
  };
}

describe.each(KNOWN_ANSWERS.map((answer) => [answer.provider.name, answer] as const))(
  "%s",
  (_, answer) => {
    const { provider, secret, signingSecret = secret } = answer;
    const cases = providerCases({
      provider,
      secret,
      signingSecret,
      otherSecret: secretsFor(provider).verifying,
      examples: [exampleOf(answer)],
      ...(answer.messageOf && { message: answer.messageOf }),
    });
    test.each(cases)("$name", async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  },
);

/** The names of the cases that a provider does not pass. */
async function failures(underTest: ProviderUnderTest): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(providerCases(underTest).map(async ({ run }) => run()));
  const names = providerCases(underTest).map(({ name }) => name);
  return names.filter((_, index) => outcomes[index]?.status === "rejected");
}

/** However many there are, they say the same. */
const ping = () => ({ body: { same: true }, type: "ping" });

const answerOf = (provider: Provider<object>): KnownAnswer => {
  const answer = KNOWN_ANSWERS.find((one) => one.provider === provider);
  if (answer === undefined) throw new Error(`no known answer for ${provider.name}`);
  return answer;
};

describe("A definition that is wrong fails the case that says how", () => {
  test("with another content than the provider signs", async () => {
    const answer = answerOf(slack);
    const wrong = defineProvider({
      ...slack,
      signature: { ...slack.signature, content: "{timestamp}:{body}" },
    });
    const { secret } = answer;
    expect(await failures({ provider: wrong, secret, examples: [exampleOf(answer)] })).toEqual([
      "example 1 verifies, and its event carries what it should",
    ]);
  });

  test("with an id in another place", async () => {
    const answer = answerOf(stripe);
    const wrong = defineProvider({ ...stripe, id: { body: "/data/object/id" } });
    const example = { ...exampleOf(answer), id: "evt_wanted" };
    expect(
      await failures({ provider: wrong, secret: answer.secret, examples: [example] }),
    ).toContain("example 1 verifies, and its event carries what it should");
  });

  test("with content for different events that is the same", async () => {
    expect(await failures({ provider: github, secret: "github-secret", message: ping })).toEqual([
      "a delivery with another body is refused",
      "different events have different keys",
    ]);
  });
});
