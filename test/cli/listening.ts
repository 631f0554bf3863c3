import { spawn } from "node:child_process";
import { BIN, environment, records } from "./countersign.ts";

/** A running `countersign listen --json`. */
export interface Listening {
  readonly url: string;
  /** The inspector's address, with `--ui`. */
  readonly ui: string;
  /** The process. */
  readonly pid: number;
  /** Everything that it printed, on both outputs. */
  readonly said: () => string;
  /** Waits for that many deliveries, and returns their records. */
  readonly deliveries: (count: number) => Promise<readonly Record<string, unknown>[]>;
  /** Ends it as Ctrl-C does; resolves to the exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Starts `countersign listen` on a free port, and waits until it listens. */
export async function listening(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<Listening> {
  const child = spawn(process.execPath, [BIN, "listen", "--port", "0", "--json", ...args], {
    cwd,
    env: environment(env),
  });
  let stdout = "";
  let stderr = "";
  let wake: (() => void) | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    wake?.();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  let ended = false;
  void closed.then(() => {
    ended = true;
    wake?.();
  });
  const lines = async (count: number): Promise<readonly Record<string, unknown>[]> => {
    while (stdout.split("\n").length <= count) {
      if (ended) throw new Error(`It ended: ${stdout}${stderr}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return records(stdout);
  };
  const [first] = await lines(1);
  return {
    url: String(first?.["listening"]),
    ui: String(first?.["inspector"]),
    pid: child.pid ?? 0,
    said: () => stdout + stderr,
    deliveries: async (count) => (await lines(count + 1)).slice(1),
    stop: () => {
      child.kill("SIGINT");
      return closed;
    },
  };
}
