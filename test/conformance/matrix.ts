import { readFile, writeFile } from "node:fs/promises";
import type { MiddlewareCase } from "./middleware/kit.ts";
import type { Subject } from "./subject.ts";

const FILE = new URL("MATRIX.md", import.meta.url);

/** What was shown, as a Markdown table for each group of cases. */
export function matrixOf(
  subjects: readonly Subject[],
  cases: readonly MiddlewareCase[],
  results: ReadonlyMap<string, string>,
): string {
  const groups = [...new Set(cases.map(({ group }) => group))];
  const tables = groups.map((group) => {
    const rows = cases
      .filter((one) => one.group === group)
      .map(({ name, needs }) => {
        const cells = subjects.map((subject) =>
          needs !== undefined && !subject.can.has(needs)
            ? "–"
            : (results.get(`${subject.name}\0${name}`) ?? "**no**"),
        );
        return `| ${[name, ...cells].join(" | ")} |`;
      });
    const head = `| ${[group, ...subjects.map(({ name }) => name)].join(" | ")} |`;
    return [head, `|${" --- |".repeat(subjects.length + 1)}`, ...rows].join("\n");
  });
  return `# What every framework does alike

Written by the conformance suite from its own run, over real servers on loopback: \`UPDATE_MATRIX=1 npm run test:unit -- test/conformance\`.
A dash: there is no such thing in that framework, or the case asks for a part that it has not.

${tables.join("\n\n")}
`;
}

export function currentMatrix(): Promise<string> {
  return readFile(FILE, "utf8");
}

export function writeMatrix(matrix: string): Promise<void> {
  return writeFile(FILE, matrix);
}
