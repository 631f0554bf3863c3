import * as presets from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { piecesOf } from "../../packages/core/src/grammar/pieces-of.ts";
import { grammarOf } from "../../packages/core/src/scheme/provider.ts";

describe("A preset brings the pieces of the grammar that it uses, and no others, into a bundle", () => {
  test.each(Object.values(presets).map((preset) => [preset.name, preset] as const))(
    "%s",
    (_, preset) => {
      expect(grammarOf(preset)).toEqual(piecesOf(preset));
    },
  );
});
