/** Longer ones are no slip of the hand. */
const MAX_NAME_LENGTH = 40;

/** A name that nothing knows. */
interface UnknownName {
  readonly name: string;
  /** The one that was most likely meant. */
  readonly meant: string | undefined;
}

/**
 * The names in `given` that nothing knows.
 *
 * @param given an object that somebody wrote
 * @param known the names that it may have
 * @returns each unknown name, with the known one that was most likely meant
 */
export function unknownNames(given: object, known: readonly string[]): UnknownName[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, meant: nearest(name, known) }));
}

/** Writes a sentence about each unknown option. */
export function unknownOptions(given: object, known: readonly string[]): string[] {
  return unknownNames(given, known).map(unknownOption);
}

/** Says of an unknown name that it has no effect, and what to do. */
export function unknownOption({ name, meant }: UnknownName): string {
  const remedy = meant === undefined ? "Remove it." : `Did you mean ${meant}?`;
  return `the option "${name}" is unknown and has no effect. ${remedy}`;
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const written = name.toLowerCase();
  if (written.length > MAX_NAME_LENGTH) return undefined;
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    const whole = candidate.toLowerCase();
    // Units are what is forgotten most.
    const edits = Math.min(
      ...[whole, whole.replace(/(seconds|ms|bytes)$/, "")].map((text) =>
        editsBetween(written, text),
      ),
    );
    if (best === undefined || edits < best.edits) best = { name: candidate, edits };
  }
  return best !== undefined && best.edits <= Math.max(1, Math.floor(written.length / 3))
    ? best.name
    : undefined;
}

/** How many characters have to be added, taken away, changed, or swapped with their neighbour. */
function editsBetween(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1];
      const swapped =
        i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        ...(swapped ? [at(beforeLast, j - 2) + 1] : []),
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
