import { readFile, writeFile } from "node:fs/promises";
import type { ProviderDefinition } from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { expect, test } from "vitest";
import { DELIVERY_FACTS } from "./delivery-facts.ts";
import { page, providersPage } from "./providers-page.ts";

test("PROVIDERS.md says what the presets are (UPDATE_PROVIDERS=1 writes it)", async () => {
  const current = await providersPage();
  if (process.env["UPDATE_PROVIDERS"] === "1") await writeFile(page, current);
  expect(await readFile(page, "utf8")).toBe(current);
});

test("what is told of a provider's deliveries goes with its preset", () => {
  const known = new Map<string, ProviderDefinition>(Object.entries(presets));
  const facts = Object.entries(DELIVERY_FACTS);
  expect(facts.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  // Either every 2xx counts, or those that the preset lists.
  const twice = facts.filter(
    ([name, { success }]) =>
      success !== undefined && known.get(name)?.delivery?.successStatuses !== undefined,
  );
  expect(twice).toEqual([]);
});

test("a preset that counts failures has a source that says how many", () => {
  const counting = Object.entries<ProviderDefinition>(presets).filter(
    ([, { delivery }]) => delivery?.disablesEndpoint,
  );
  const untold = counting.filter(
    ([name]) =>
      DELIVERY_FACTS[name]?.source === undefined || DELIVERY_FACTS[name].disabledBy === undefined,
  );
  expect(untold.map(([name]) => name)).toEqual([]);
});
