import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./suites.ts";

/** How many changes of the source the tests have noticed. */
export interface MutationResult {
  readonly files: readonly FileMutants[];
}

interface FileMutants {
  readonly file: string;
  /** Noticed: a test failed, or ran without end. */
  readonly killed: number;
  readonly survived: number;
  /** Those that survived: line, and what was written there. */
  readonly survivors: readonly string[];
}

const FOLDER = "test/evidence/mutation";

interface Mutant {
  readonly status: string;
  readonly replacement: string;
  readonly location: { readonly start: { readonly line: number } };
}

/** Has Stryker change the verification's source in every place, and run the tests on each. */
export async function mutate(): Promise<MutationResult> {
  const options = { cwd: ROOT, maxBuffer: 100 * 1024 * 1024 };
  const run = promisify(execFile);
  await run(
    "npx",
    ["--yes", "pnpm@12.21.0", "--dir", FOLDER, "install", "--frozen-lockfile"],
    options,
  );
  const stryker = join(ROOT, FOLDER, "node_modules/.bin/stryker");
  await run(stryker, ["run", `${FOLDER}/stryker.config.json`], options);
  return readMutants(join(ROOT, "test/coverage/mutation.json"));
}

/** Reads a report of Stryker. */
async function readMutants(report: string): Promise<MutationResult> {
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
