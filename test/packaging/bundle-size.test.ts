import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as presets from "@countersign/core/providers";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { root } from "./published-package.ts";

/** A few hundred bytes were spent on speed: headers read by offsets and one loop over the secrets, in place of slices and closures. */
const BUDGET_BYTES = 6800;

/** What a user's bundle holds of the package when it imports `createVerifier` and one preset: bytes, minified and gzipped. */
async function bundledBytes(preset: string, condition: "node" | "workerd"): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { createVerifier } from "@countersign/core";
        export { ${preset} } from "@countersign/core/providers";`,
      resolveDir: join(root, "test"),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    conditions: [condition],
    external: ["node:*"],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "").length;
}

async function bothBundles(preset: string): Promise<readonly [number, number]> {
  return [await bundledBytes(preset, "node"), await bundledBytes(preset, "workerd")];
}

describe("A bundle of createVerifier and one preset", () => {
  test.each(["github", "parra", "bitbucket"])(
    `with %s is within ${BUDGET_BYTES} bytes`,
    async (preset) => {
      expect(Math.max(...(await bothBundles(preset)))).toBeLessThanOrEqual(BUDGET_BYTES);
    },
  );

  test("has the sizes that the page on performance tells", async () => {
    const page = readFileSync(join(root, "docs/performance.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` +\| +([\d.]+) KB \| +([\d.]+) KB \|/gm)];
    expect(rows.length).toBeGreaterThan(4);
    for (const [, preset = "", ...told] of rows) {
      // oxlint-disable-next-line no-await-in-loop -- one bundle after the other, for few cores
      const measured = await bothBundles(preset);
      // Another version of zlib or esbuild may round to the next tenth.
      const off = measured.filter(
        (bytes, index) => Math.abs(Number(told[index]) - bytes / 1000) > 0.1,
      );
      expect([preset, off]).toEqual([preset, []]);
    }
  });

  test("has no size above the largest one that the page on performance tells", async () => {
    const page = readFileSync(join(root, "docs/performance.md"), "utf8");
    const largest = Number(/at most ([\d.]+) KB with any preset/.exec(page)?.[1]) * 1000;
    const larger: string[] = [];
    for (const preset of Object.keys(presets)) {
      // oxlint-disable-next-line no-await-in-loop -- one bundle after the other, for few cores
      if (Math.max(...(await bothBundles(preset))) > largest) larger.push(preset);
    }
    expect(larger).toEqual([]);
  });
});
