import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A runtime with the application running in it. */
export interface Started {
  readonly url: string;
  stop(): void;
}

export interface Runtime {
  readonly name: string;
  /** What the `imports` conditions have to choose there. */
  readonly backend: "node:crypto" | "WebCrypto";
  readonly start: () => Promise<Started>;
}

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILT = `${HERE}dist/`;
const START_TIMEOUT_MS = 20_000;

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
async function buildWorker(): Promise<string> {
  const file = `${BUILT}worker.mjs`;
  await build({
    absWorkingDir: HERE,
    entryPoints: ["serve-workerd.ts"],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    logLevel: "warning",
  });
  const code = await readFile(file, "utf8");
  if (/["']node:/.test(code)) throw new Error("the worker's bundle imports from node:");
  return file;
}

function served(name: string, command: string, args: readonly string[]): Runtime {
  return {
    name,
    backend: "node:crypto",
    start: async () => {
      const child = spawn(`${HERE}node_modules/${command}`, args, { cwd: HERE });
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const untilMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`workerd ended with ${child.exitCode}`);
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const workerd: Runtime = {
  name: "workerd",
  backend: "WebCrypto",
  start: async () => {
    await mkdir(BUILT, { recursive: true });
    await buildWorker();
    const port = await freePort();
    const config = `${BUILT}worker.capnp`;
    // No compatibility flags: `nodejs_compat` is off.
    await writeFile(
      config,
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
    compatibilityDate = "2025-10-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
    );
    const child = spawn(
      `${HERE}node_modules/@cloudflare/workerd-linux-64/bin/workerd`,
      ["serve", config],
      { stdio: "inherit" },
    );
    const url = `http://127.0.0.1:${port}`;
    await answers(`${url}/runs`, child);
    return { url, stop: () => void child.kill() };
  },
};

export const runtimes: readonly Runtime[] = [
  ...["20", "22", "24", "26"].map((major) =>
    served(`Node ${major}`, `node${major}/bin/node`, ["dist/serve-node.mjs"]),
  ),
  served("Bun", "@oven/bun-linux-x64/bin/bun", ["run", "dist/serve-bun.mjs"]),
  served("Deno", "@deno/linux-x64-glibc/deno", [
    "run",
    "--no-remote",
    "--node-modules-dir=manual",
    "--allow-net=127.0.0.1",
    "--allow-read",
    "--allow-env",
    "dist/serve-deno.mjs",
  ]),
  workerd,
];
