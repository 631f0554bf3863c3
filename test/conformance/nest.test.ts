import { describe, expect, test } from "vitest";
import { middlewareCases } from "./middleware/index.ts";
import { nestExpressSubject, nestFastifySubject } from "./nest-subjects.ts";

// A file of its own: NestJS changes `Reflect` for the whole process, by which other advice is chosen.
describe.each([nestExpressSubject, nestFastifySubject])(
  "$name",
  { concurrent: true },
  (subject) => {
    test.each(middlewareCases.filter(({ needs }) => needs === undefined || subject.can.has(needs)))(
      "$group: $name",
      async ({ run }) => {
        expect((await run(subject)) ?? "yes").not.toBe("");
      },
      120_000,
    );
  },
);
