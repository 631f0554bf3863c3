import { claimStoreCases } from "@countersign/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { openBackends } from "./backends.ts";

describe.each(await openBackends())(
  "a claim store on $name",
  ({ missing, store, transaction, close }) => {
    afterAll(close);

    const cases = claimStoreCases({
      createStore: () => store,
      ...(transaction && { transaction }),
    });
    it.for([...cases])("$name", async ({ run }, { skip }) => {
      skip(missing !== undefined, `needs ${missing}`);
      await expect(run()).resolves.toBeUndefined();
    });
  },
);
