import { describe, expect, test } from "vitest";
import { currentMatrix, matrixOf, writeMatrix } from "./matrix.ts";
import { middlewareCases } from "./middleware/index.ts";
import { subjects } from "./subjects.ts";

const results = new Map<string, string>();

describe.each(subjects)("$name", { concurrent: true }, (subject) => {
  test.each(middlewareCases.filter(({ needs }) => needs === undefined || subject.can.has(needs)))(
    "$group: $name",
    async ({ name, run }) => {
      const shown = (await run(subject)) ?? "yes";
      expect(shown).not.toBe("");
      results.set(`${subject.name}\0${name}`, shown);
    },
    120_000,
  );
});

describe("the matrix in MATRIX.md", () => {
  test("is what this run has shown (UPDATE_MATRIX=1 writes it)", async () => {
    const matrix = matrixOf(subjects, middlewareCases, results);
    if (process.env["UPDATE_MATRIX"] === "1") await writeMatrix(matrix);
    expect(await currentMatrix()).toBe(matrix);
  });
});
