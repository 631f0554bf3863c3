import { claimStoreCases } from "@countersign/core/testing";
import { afterAll, describe, it } from "vitest";
import { backends } from "./backends.ts";

for (const { name, missing, open } of backends) {
  if (missing !== undefined) {
    describe.skip(`a claim store on ${name} (skipped: needs ${missing})`, () => {
      it("passes the claim store cases", () => {});
    });
    continue;
  }
  const { store, transaction, close } = await open();
  describe(`a claim store on ${name}`, () => {
    afterAll(close);
    for (const { name: behaviour, run } of claimStoreCases({
      createStore: () => store,
      ...(transaction && { transaction }),
    })) {
      it(behaviour, run);
    }
  });
}
