import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const START_TIMEOUT_MS = 90_000;

/** The secret in the headers of the examples. */
export const SECRET = "keep-it-secret-keep-it-safe";

/** An example with what its header says. */
export interface Example {
  readonly file: string;
  /** The line that starts it. */
  readonly start: string;
  /** The lines that send it a delivery, for a shell. */
  readonly deliver: string;
}

/** Reads the lines behind `$` in the header comment. */
export async function exampleOf(name: string): Promise<Example> {
  const file = `${EXAMPLES}${name}.ts`;
  const lines = [...(await readFile(file, "utf8")).matchAll(/^\/\/ {3}\$ (.*)$/gm)];
  const [first = "", ...rest] = lines.map(([, line = ""]) => line);
  return { file, start: first, deliver: rest.join("\n") };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A process whose output is read along. */
export interface Running {
  readonly said: () => string;
  readonly stop: () => void;
}

/** Starts a process in the examples' folder, and waits until the port answers. */
export async function start(
  command: string,
  args: readonly string[],
  port: number,
  env: NodeJS.ProcessEnv = {},
): Promise<Running> {
  const child = spawn(command, args, { cwd: EXAMPLES, env: { ...process.env, ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      said += String(data);
    });
  }
  const untilMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`);
    try {
      await fetch(`http://localhost:${port}/`);
      return { said: () => said, stop: () => void child.kill() };
    } catch (error) {
      if (performance.now() > untilMs) {
        child.kill();
        throw new Error(said, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

/** Runs the delivery of an example in a shell, as a person would; resolves to what curl shows. */
export async function deliver(example: Example, port: number, secret = SECRET): Promise<string> {
  const script = example.deliver
    .replace("localhost:3000", `localhost:${port}`)
    .replace(SECRET, secret);
  const { stdout } = await promisify(execFile)("bash", ["-c", script]);
  return stdout;
}
