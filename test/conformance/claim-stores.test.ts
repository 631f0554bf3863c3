import { claimStoreCases } from "@countersign/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { openBackends } from "./backends.ts";

// They wait for leases, each for itself: all at once.
describe.each(await openBackends())(
  "a claim store on $name",
  { concurrent: true },
  ({ missing, store, transaction, close }) => {
    afterAll(close);

    const cases = claimStoreCases({
      createStore: () => store,
      ...(transaction && { transaction }),
    });
    it.sequential.for([...cases])("$name", async ({ run }, { skip }) => {
      skip(missing !== undefined, `needs ${missing}`);
      await expect(run()).resolves.toBeUndefined();
    });
  },
);
