/** `npm test` takes a share of what is exhaustive, and `npm run test:exhaustive` all the rest; `.ci/run` runs both. */
export const isExhaustive: boolean = process.env["TEST_SHARE"] === "rest";

/**
 * Tells whether a case is in the share that this run takes.
 *
 * @param index of the case, among all
 * @param every how many cases the share has one of; with no common divisor with how kinds of cases alternate
 */
export function isTaken(index: number, every: number): boolean {
  return (index % every === 0) !== isExhaustive;
}
