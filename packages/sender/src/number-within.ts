/** Tells whether an option is a number within its bounds. Text is none: `"300"` compares like a number, and is joined where it is added. */
export function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}
