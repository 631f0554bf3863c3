import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { freePort } from "../examples/example.ts";

/** A runtime with the application running in it. */
export interface Started {
  readonly url: string;
  readonly stop: () => void;
}

export interface Runtime {
  readonly name: string;
  /** What the `imports` conditions have to choose there. */
  readonly backend: "node:crypto" | "WebCrypto";
  readonly start: () => Promise<Started>;
}

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILT = `${HERE}dist/`;
export const BUN: string = `${HERE}node_modules/@oven/bun-linux-x64/bin/bun`;
export const DENO: string = `${HERE}node_modules/@deno/linux-x64-glibc/deno`;
const WORKERD = `${HERE}node_modules/@cloudflare/workerd-linux-64/bin/workerd`;
const START_TIMEOUT_MS = 60_000;

/**
 * Makes JavaScript of the application for the runtimes that resolve packages by themselves: those stay outside, so that each runtime
 * reads their `exports` and `imports` with its own conditions.
 */
export async function buildServers(): Promise<void> {
  await build({
    absWorkingDir: HERE,
    entryPoints: ["serve-node.ts", "serve-bun.ts", "serve-deno.ts"],
    outdir: BUILT,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "neutral",
    external: ["node:*"],
    logLevel: "warning",
  });
}

/** Workers are bundled, as `wrangler` does it: with the conditions of workerd, and without `node:` anything. */
async function buildWorker(entry: string, file: string): Promise<void> {
  await build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    logLevel: "warning",
  });
  const code = await readFile(file, "utf8");
  // The doctor asks the runtime for `node:cluster` where there is one; what must not be here is an import.
  if (/\b(?:from|import|require)\s*\(?\s*["']node:/.test(code))
    throw new Error("the worker's bundle imports from node:");
}

function served(name: string, command: string, args: readonly string[]): Runtime {
  return {
    name,
    backend: "node:crypto",
    start: async () => {
      const child = spawn(command, args, { cwd: HERE });
      const port = await new Promise<string>((resolve, reject) => {
        let said = "";
        const hear = (data: Buffer): void => {
          said += String(data);
          const found = /^port (\d+)$/m.exec(said)?.[1];
          if (found !== undefined) resolve(found);
        };
        child.stdout.on("data", hear);
        child.stderr.on("data", (data: Buffer) => {
          said += String(data);
        });
        child.once("error", reject);
        child.once("exit", (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
        setTimeout(
          () => reject(new Error(`${name} did not start: ${said}`)),
          START_TIMEOUT_MS,
        ).unref();
      });
      return { url: `http://127.0.0.1:${port}`, stop: () => void child.kill() };
    },
  };
}

async function answers(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const untilMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`workerd ended: ${said()}`);
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Bundles a Worker and runs it, without compatibility flags: `nodejs_compat` is off. */
export async function startWorkerd(
  entry: string,
  bindings: Readonly<Record<string, string>> = {},
): Promise<Started & { readonly said: () => string }> {
  const port = await freePort();
  const name = `worker-${port}`;
  await mkdir(BUILT, { recursive: true });
  await buildWorker(entry, `${BUILT}${name}.mjs`);
  const texts = Object.entries(bindings).map(
    ([binding, text]) => `(name = "${binding}", text = "${text}")`,
  );
  const config = `${BUILT}${name}.capnp`;
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.mjs", esModule = embed "${name}.mjs")],
    bindings = [${texts.join(", ")}],
    compatibilityDate = "2025-10-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  );
  const child = spawn(WORKERD, ["serve", config]);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      said += String(data);
    });
  }
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child, () => said);
  return {
    url,
    said: () => said,
    stop: () => {
      child.kill();
      rmSync(config);
      rmSync(`${BUILT}${name}.mjs`);
    },
  };
}

export const runtimes: readonly Runtime[] = [
  ...["20", "22", "24", "26"].map((major) =>
    served(`Node ${major}`, `${HERE}node_modules/node${major}/bin/node`, ["dist/serve-node.mjs"]),
  ),
  served("Bun", BUN, ["run", "dist/serve-bun.mjs"]),
  served("Deno", DENO, [
    "run",
    "--no-remote",
    "--node-modules-dir=manual",
    "--allow-net=127.0.0.1",
    "--allow-read",
    "--allow-env",
    "dist/serve-deno.mjs",
  ]),
  { name: "workerd", backend: "WebCrypto", start: () => startWorkerd("serve-workerd.ts") },
];
