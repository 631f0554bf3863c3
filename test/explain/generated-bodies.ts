import * as fc from "fast-check";

/** What a provider might send: a record with ids, amounts, names in any script, and whatever else JSON allows. */
const event = fc.record(
  {
    id: fc.uuid(),
    type: fc.constantFrom("order.paid", "user.created", "file/uploaded"),
    amount: fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    name: fc.string({ unit: "grapheme" }),
    note: fc.constantFrom("a & b", "<i>it's</i>", "x/y", "50 % + more"),
    data: fc.jsonValue({ maxDepth: 3 }),
  },
  { requiredKeys: ["id", "type"] },
);

/** Makes the same events in each run. */
export function generatedEvents(count: number): object[] {
  return fc.sample(event, { numRuns: count, seed: 20_261_122 });
}
