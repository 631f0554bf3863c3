import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** How the tests of a file went. */
export interface SuiteResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The names of the tests, where they are the cases of a matrix. */
  readonly names?: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the tests of a file in a process of their own. */
export async function runSuite(file: string, withNames = false): Promise<SuiteResult> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-evidence-"));
  const output = join(folder, "report.json");
  const args = [
    "run",
    "--config",
    "test/vitest.config.ts",
    file,
    "--reporter=json",
    "--outputFile",
  ];
  try {
    // It exits with 1 where a test fails; the report says which.
    await promisify(execFile)(join(ROOT, "node_modules/.bin/vitest"), [...args, output], {
      cwd: ROOT,
      maxBuffer: 100 * 1024 * 1024,
    }).catch(() => {});
    const report = JSON.parse(await readFile(output, "utf8")) as Report;
    const names = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === "passed")
      .map(({ fullName }) => fullName);
    return {
      file,
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests,
      ...(withNames && { names }),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
