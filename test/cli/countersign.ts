import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The program as it is published; `npm run build` makes it. */
export const BIN: string = fileURLToPath(
  new URL("../../packages/cli/dist/bin.js", import.meta.url),
);
if (!existsSync(BIN)) throw new Error("countersign is not built: run `npm run build` first.");

/** What a run of the program left behind. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** The same, as bytes. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

/** How the program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
}

/** Runs `countersign` with these arguments, to its end. */
export async function countersign(
  args: readonly string[],
  { env, input = "", cwd }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: environment(env) });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A program that does not read its input may have ended before it was written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const bytes = Buffer.concat(stdout);
  return { code, stdout: String(bytes), bytes, stderr: String(Buffer.concat(stderr)) };
}

/** The environment of a run: nothing of the test's own but the path, and no colours. */
export function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], NO_COLOR: "1", ...extra };
}

/** Parses what `--json` prints. */
export function records(stdout: string): readonly Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
