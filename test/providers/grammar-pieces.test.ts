import { createReceiver, verify } from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { queryChallenge } from "../../packages/core/src/grammar/query-challenge.ts";
import { piecesOf } from "../../packages/core/src/grammar/pieces-of.ts";
import { grammarOf, joined, preset as made } from "../../packages/core/src/scheme/provider.ts";

const all = Object.values(presets).map((preset) => [preset.name, preset] as const);

describe("A preset brings the pieces of the grammar that it uses, and no others, into a bundle", () => {
  test.each(all)("%s", (_, preset) => {
    expect(grammarOf(preset)).toEqual(joined(piecesOf(preset)));
  });
});

describe("The order of the pieces says nothing, since no two of them have the same function", () => {
  test.each(all)("%s", (_, preset) => {
    const functions = piecesOf(preset).flatMap((piece) => Object.keys(piece));
    expect(functions).toEqual([...new Set(functions)]);
  });
});

describe("A definition whose pieces are missing is no provider, since nobody would check what it asks for", () => {
  const { github, slack } = presets;
  test.each([
    ["a time", made({ ...slack })],
    ["a required header", made({ ...github, requires: [{ header: "x-a", value: "b" }] })],
  ])("%s", async (_, provider) => {
    await expect(verify({ headers: {}, body: "" }, { provider, secret: "s" })).rejects.toThrow(
      /is no preset/,
    );
  });
});

test("A handshake is not answered where the piece is missing that checks its verify token", async () => {
  const url = "https://example.com/?hub.mode=subscribe&hub.challenge=17&hub.verify_token=t";
  const responseOf = async (provider: typeof presets.meta) => {
    const receiver = createReceiver({ provider, secret: "a secret of the app", verifyToken: "t" });
    return receiver.handle(new Request(url), () => {});
  };
  expect(await (await responseOf(presets.meta)).text()).toBe("17");
  expect((await responseOf(made({ ...presets.meta }, queryChallenge))).status).toBe(401);
});
