import { describe, expect, it } from "vitest";
import { byProgram, ENCODERS } from "./encoders.ts";
import { generatedEvents } from "./generated-bodies.ts";

describe("an encoder that is written down here", () => {
  const documents = generatedEvents(200).map((value) => JSON.stringify(value));

  for (const encoder of ENCODERS.filter(({ program }) => program !== undefined)) {
    it(`writes what the language itself does: ${encoder.name}`, ({ skip }) => {
      const expected = byProgram(encoder, documents);
      if (expected === undefined) skip(`needs ${encoder.program?.command}`);
      expect(documents.map(encoder.write)).toEqual(expected);
    });
  }
});
