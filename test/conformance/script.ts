import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const TEST = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", TEST), "utf8")) as Readonly<
  Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>
>;
const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
  (name) => !name.startsWith("@countersign/"),
);
const bundles = new Map<string, string>();

/** A script and the sources that it imports as one module: translating them in each process took longer than most processes live. */
function bundleOf(file: string): string {
  const known = bundles.get(file);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    conditions: ["@countersign/source"],
    external: installed,
    // For what stands in the bundle and was written for CommonJS.
    banner: {
      js: 'import { createRequire as from } from "node:module"; const require = from(process.cwd() + "/");',
    },
  });
  const bundle = outputFiles[0]?.text ?? "";
  bundles.set(file, bundle);
  return bundle;
}

/** Starts a script beside the tests as a process of its own, from source like the tests themselves. */
export function startScript(url: URL, ...parameters: string[]): ChildProcess {
  const child = spawn(process.execPath, ["--input-type=module", "-", ...parameters], {
    // Where the module finds what is installed.
    cwd: fileURLToPath(TEST),
    stdio: ["pipe", "inherit", "inherit", "ipc"],
  });
  // It may be killed before it has read its source.
  child.stdin?.on("error", () => {});
  child.stdin?.end(bundleOf(fileURLToPath(url)));
  return child;
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
