import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { root } from "./published-package.ts";

const core = join(root, "packages/core");

/** What V8 reads and compiles at each start. A tenth more than there is, so that only what matters fails. */
const BUDGET_BYTES = 240_000;

/** The files that Node loads for an import of the core's main entry. */
async function loadedFiles(): Promise<readonly { path: string; bytes: number }[]> {
  const { metafile } = await build({
    entryPoints: [join(core, "dist/index.js")],
    absWorkingDir: core,
    bundle: true,
    format: "esm",
    platform: "node",
    metafile: true,
    write: false,
  });
  return Object.entries(metafile.inputs).map(([path, { bytes }]) => ({ path, bytes }));
}

test("an import of the core loads its entry, one file of all that this needs, and the platform's crypto", async () => {
  const files = await loadedFiles();
  expect(files.map(({ path }) => path.replace(/-[\w-]{8}\./, ".")).toSorted()).toEqual([
    "dist/crypto-node.js",
    "dist/index.js",
    "dist/shared.js",
  ]);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
});

test("what it loads has no docstrings, and no character beyond ASCII, which would double its size in memory", async () => {
  for (const { path } of await loadedFiles()) {
    const text = readFileSync(join(core, path), "utf8");
    expect(text).not.toMatch(/^\s*\/\*\*/m);
    expect(text).not.toMatch(/[^\t\n -~]/);
  }
});
