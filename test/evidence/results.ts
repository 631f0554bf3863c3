import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { HostileResult } from "./hostile.ts";
import type { MutationResult } from "./mutation.ts";
import type { SoakResult } from "./soak.ts";
import type { SuiteResult } from "./suites.ts";
import type { TimingResult } from "./timing.ts";

/** When and where a part was run. */
export interface Run {
  readonly date: string;
  readonly node: string;
  readonly cores: number;
}

export type Recorded<Result> = Result & { readonly run: Run };

/** What every part has found at its last run. */
export interface Results {
  readonly hostile?: Recorded<HostileResult>;
  readonly timing?: Recorded<TimingResult>;
  readonly mutation?: Recorded<MutationResult>;
  readonly crash?: Recorded<{ readonly suites: readonly SuiteResult[] }>;
  readonly soak?: Recorded<SoakResult>;
}

const FILE = new URL("results.json", import.meta.url);

export async function readResults(): Promise<Results> {
  return JSON.parse(await readFile(FILE, "utf8")) as Results;
}

export async function writeResults(results: Results): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(results, null, 2)}\n`);
}

export function thisRun(): Run {
  const date = new Date().toISOString().slice(0, 10);
  return { date, node: process.version, cores: cpus().length };
}
