import { verify } from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
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
