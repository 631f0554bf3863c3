import { expect, test } from "vitest";
import { deliver, exampleOf, freePort, SECRET, start } from "../examples/example.ts";
import { BUN, DENO, startWorkerd } from "./runtimes.ts";

const ENV = { PARADYM_SECRET: SECRET };

test.each([
  [
    "bun",
    async (file: string, port: number) => start(BUN, [file], port, { ...ENV, PORT: String(port) }),
  ],
  [
    "deno",
    async (file: string, port: number) =>
      start(
        DENO,
        [
          "serve",
          "--no-remote",
          "--node-modules-dir=manual",
          `--port=${port}`,
          "--allow-env=PARADYM_SECRET",
          file,
        ],
        port,
        ENV,
      ),
  ],
  ["worker", async (file: string) => startWorkerd(file, ENV)],
] as const)("examples/%s.ts takes what the curl line in its header sends", async (name, run) => {
  const example = await exampleOf(name);
  let port = await freePort();
  const running = await run(example.file, port);
  if ("url" in running) port = Number(new URL(String(running.url)).port);
  try {
    expect(await deliver(example, port)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await deliver(example, port)).toContain("duplicate");
    expect(await deliver(example, port, "wrong")).toContain("signature_mismatch");
    await expect.poll(running.said).toContain("completed: w_1");
  } finally {
    running.stop();
  }
});
