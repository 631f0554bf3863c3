import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as presets from "@countersign/core/providers";
import { build, type Plugin } from "esbuild";
import { describe, expect, test } from "vitest";
import { root } from "./published-package.ts";

/** A few hundred bytes were spent on speed: headers read by offsets and one loop over the secrets, in place of slices and closures. */
const BUDGET_BYTES = 6800;

/** What a receiver may weigh, which besides remembers events and tells mistakes in its options. */
const RECEIVER_BUDGET_BYTES = 23_050;

type Maker = "createVerifier" | "createReceiver";

/** What users' bundles hold of the package when they import a maker and one preset: bytes, minified and gzipped. */
async function bundledBytes(
  names: readonly string[],
  condition: "node" | "workerd",
  maker: Maker,
): Promise<ReadonlyMap<string, number>> {
  // Each entry becomes a bundle of its own; what they share is read once.
  const { outputFiles } = await build({
    entryPoints: [...names],
    outdir: "bundles",
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    conditions: [condition],
    external: ["node:*"],
    write: false,
    plugins: [userWithPreset(maker)],
  });
  return new Map(
    outputFiles.map(({ path, contents }) => [basename(path, ".js"), gzipSync(contents).length]),
  );
}

/** Makes of each entry, which is a preset's name, the module of somebody who uses it. */
const userWithPreset = (maker: Maker): Plugin => ({
  name: "user-with-preset",
  setup(bundler) {
    bundler.onResolve({ filter: /^\w+$/ }, ({ path, kind }) =>
      kind === "entry-point" ? { path, namespace: "user" } : undefined,
    );
    bundler.onLoad({ filter: /./, namespace: "user" }, ({ path }) => ({
      contents: `
        export { ${maker} } from "@countersign/core";
        export { ${path} } from "@countersign/core/providers";`,
      resolveDir: join(root, "test"),
    }));
  },
});

/** The sizes on Node and on Workers, by preset. */
async function bothBundles(
  names: readonly string[],
  maker: Maker = "createVerifier",
): Promise<ReadonlyMap<string, readonly [number, number]>> {
  const onNode = await bundledBytes(names, "node", maker);
  const onWorkers = await bundledBytes(names, "workerd", maker);
  return new Map(names.map((name) => [name, [onNode.get(name) ?? 0, onWorkers.get(name) ?? 0]]));
}

describe("A bundle of createVerifier and one preset", () => {
  test.each(["github", "parra", "bitbucket"])(
    `with %s is within ${BUDGET_BYTES} bytes`,
    async (preset) => {
      const sizes = (await bothBundles([preset])).get(preset) ?? [];
      expect(sizes).toHaveLength(2);
      expect(Math.min(...sizes)).toBeGreaterThan(1000);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(BUDGET_BYTES);
    },
  );

  test("has the sizes that the page on performance tells", async () => {
    const page = readFileSync(join(root, "docs/performance.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` +\| +([\d.]+) KB \| +([\d.]+) KB \|/gm)];
    expect(rows.length).toBeGreaterThan(4);
    const measured = await bothBundles(rows.map(([, preset = ""]) => preset));
    for (const [, preset = "", ...told] of rows) {
      // Another version of zlib or esbuild may round to the next tenth.
      const off = measured
        .get(preset)
        ?.filter((bytes, index) => Math.abs(Number(told[index]) - bytes / 1000) > 0.1);
      expect([preset, off]).toEqual([preset, []]);
    }
  });

  test("has no size above the largest one that the page on performance tells", async () => {
    const page = readFileSync(join(root, "docs/performance.md"), "utf8");
    const largest = Number(/at most ([\d.]+) KB with any preset/.exec(page)?.[1]) * 1000;
    const measured = await bothBundles(Object.keys(presets));
    expect(measured.size).toBeGreaterThan(100);
    const larger = [...measured].filter(([, sizes]) => Math.max(...sizes) > largest);
    expect(larger).toEqual([]);
  });
});

describe("A bundle of createReceiver and github", () => {
  test(`is within ${RECEIVER_BUDGET_BYTES} bytes, as the page on performance tells`, async () => {
    const page = readFileSync(join(root, "docs/performance.md"), "utf8");
    const told =
      /`createReceiver` with `github` is ([\d.]+) KB on Node, ([\d.]+) KB on Workers/.exec(page);
    const measured = (await bothBundles(["github"], "createReceiver")).get("github") ?? [];
    expect(measured).toHaveLength(2);
    expect(Math.max(...measured)).toBeLessThanOrEqual(RECEIVER_BUDGET_BYTES);
    const off = measured.filter(
      (bytes, index) => !(Math.abs(Number(told?.[index + 1]) - bytes / 1000) <= 0.5),
    );
    expect(off).toEqual([]);
  });
});
