import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starts a script beside the tests as a process of its own, from source like the tests themselves. */
export function startScript(url: URL, ...parameters: string[]): ChildProcess {
  return fork(fileURLToPath(url), parameters, {
    // Where --import finds tsx.
    cwd: fileURLToPath(new URL(".", url)),
    execArgv: ["--conditions=@countersign/source", "--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Waits for the next message of a process; rejects where it ends without one. */
export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`the process ended without a message (${code ?? signal})`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as T);
    });
  });
}
