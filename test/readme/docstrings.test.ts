import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { docstringSnippets, given, TYPE_PACKAGES } from "./docstrings.ts";
import { compilerErrors, snippetFolder, writeSnippet } from "./pages.ts";

const folder = snippetFolder();
afterAll(folder.remove);

test("The docstrings have TypeScript that compiles under strict types, block by block", async () => {
  const snippets = await docstringSnippets();
  expect(snippets.length).toBeGreaterThan(25);
  for (const snippet of snippets) writeSnippet(folder.path, snippet);
  writeFileSync(join(folder.path, "given.ts"), await given());
  writeFileSync(join(folder.path, "type-packages.d.ts"), TYPE_PACKAGES);
  expect(compilerErrors(folder.path, { noUnusedLocals: false })).toBe("");
}, 120_000);
