import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./suites.ts";

/** How many changes of the source the tests have noticed. */
export interface MutationResult {
  readonly files: readonly FileMutants[];
}

export interface FileMutants {
  readonly file: string;
  /** Noticed: a test failed, or ran without end. */
  readonly killed: number;
  readonly survived: number;
  /** Those that survived: line, and what was written there. */
  readonly survivors: readonly string[];
}

interface Mutant {
  readonly status: string;
  readonly replacement: string;
  readonly location: { readonly start: { readonly line: number } };
}

/** Has Stryker change the verification's source in every place, and run the tests on each. */
export async function mutate(): Promise<MutationResult> {
  const stryker = join(ROOT, "node_modules/.bin/stryker");
  await promisify(execFile)(stryker, ["run", "test/evidence/stryker.config.json"], {
    cwd: ROOT,
    maxBuffer: 100 * 1024 * 1024,
  });
  return readMutants(join(ROOT, "test/coverage/mutation.json"));
}

/** Reads a report of Stryker. */
export async function readMutants(report: string): Promise<MutationResult> {
  const { files } = JSON.parse(await readFile(report, "utf8")) as {
    readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
  };
  return {
    files: Object.entries(files).map(([file, { mutants }]) => {
      const alive = mutants.filter(
        ({ status }) => status === "Survived" || status === "NoCoverage",
      );
      const killed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout");
      return {
        file,
        killed: killed.length,
        survived: alive.length,
        survivors: alive.map(
          ({ location, replacement }) =>
            `${location.start.line}: ${replacement.replaceAll(/\s+/g, " ").slice(0, 80)}`,
        ),
      };
    }),
  };
}
