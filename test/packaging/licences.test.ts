import { expect, test } from "vitest";
import { pnpm, root, run } from "./published-package.ts";

const PERMISSIVE = new Set([
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "BlueOak-1.0.0",
]);

test("everything that users install along has a permissive licence", async () => {
  const args = [
    "--yes",
    pnpm(),
    "licenses",
    "list",
    "--prod",
    "--json",
    "--filter",
    "./packages/*",
  ];
  const found = JSON.parse(await run("npx", args, root)) as Readonly<Record<string, unknown>>;
  const licences = Object.keys(found);
  expect(licences).toContain("MIT");
  expect(licences.filter((licence) => !PERMISSIVE.has(licence))).toEqual([]);
});
