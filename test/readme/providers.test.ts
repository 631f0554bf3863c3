import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { page, providersPage } from "./providers-page.ts";

test("PROVIDERS.md says what the presets are (UPDATE_PROVIDERS=1 writes it)", async () => {
  const current = await providersPage();
  if (process.env["UPDATE_PROVIDERS"] === "1") await writeFile(page, current);
  expect(await readFile(page, "utf8")).toBe(current);
});
