import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { publishedPackages, root } from "../packaging/published-package.ts";

const SOURCE = "@countersign/source";

/** The sources of a package's entries; providers have pages of their own. */
function sourcesOf(folder: string, exports: object): string[] {
  return Object.entries(exports)
    .filter(([entry]) => !entry.startsWith("./providers"))
    .map(([, target]) => (target as { readonly [SOURCE]?: string })[SOURCE])
    .filter((source) => source !== undefined)
    .map((source) => join(folder, source));
}

test("the API reference has every entry of every package", () => {
  const docs = join(root, "docs");
  const { entryPoints } = JSON.parse(readFileSync(join(docs, "typedoc.json"), "utf8")) as {
    entryPoints: string[];
  };
  const packages = publishedPackages().filter(({ manifest }) => manifest.name !== "countersign");
  const entries = packages.flatMap(({ folder, manifest }) => sourcesOf(folder, manifest.exports));
  expect(entries.length).toBeGreaterThan(20);
  expect(entryPoints.map((file) => join(docs, file)).toSorted()).toEqual(entries.toSorted());
});
