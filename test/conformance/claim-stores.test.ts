import type { ClaimStore } from "@countersign/core";
import { claimStoreCases } from "@countersign/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { backends, type OpenBackend } from "./backends.ts";

/** Stands for a backend that is not here; its cases are skipped. */
const unavailable: OpenBackend = { store: {} as ClaimStore, close: () => Promise.resolve() };

const examined: (OpenBackend & { name: string; missing?: string })[] = [];
for (const { name, missing, open } of backends) {
  if (missing === undefined) examined.push({ name, ...(await open()) });
  else examined.push({ name, missing, ...unavailable });
}

describe.each(examined)("a claim store on $name", ({ missing, store, transaction, close }) => {
  afterAll(close);

  const cases = claimStoreCases({
    createStore: () => store,
    ...(transaction && { transaction }),
  });
  it.for([...cases])("$name", async ({ run }, { skip }) => {
    skip(missing !== undefined, `needs ${missing}`);
    await expect(run()).resolves.toBeUndefined();
  });
});
