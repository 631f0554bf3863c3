/** A string, or an empty list or object. */
const STRING_OR_EMPTY = /"[^"\\]*(?:\\.[^"\\]*)*"|\[\s*\]|\{\s*\}/g;
/** A key, or a string of digits that JavaScript could not hold as a number. */
const KEY_OR_BIG_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"\s*:|"-?\d{16,40}"/g;
const MAX_EMPTIES = 5;

/** Documents that a language could not tell from the one that was received, before it wrote them again. */
export function* jsonAlternatives(source: string): Generator<{ source: string; says: string }> {
  const says = "with empty objects, which PHP reads as empty lists";
  for (const [from, to] of [
    ["[", "{}"],
    ["{", "[]"],
  ] as const) {
    const empties = [...source.matchAll(STRING_OR_EMPTY)].filter(([text]) => text.startsWith(from));
    if (empties.length === 0) continue;
    const why = from === "[" ? says : "with empty lists, which became empty objects";
    const subsets = empties.length <= MAX_EMPTIES ? 2 ** empties.length : 2;
    // All of them first; then each selection.
    for (let number = subsets - 1; number > 0; number--) {
      let at = 0;
      const isAll = number === subsets - 1;
      const alternative = source.replace(STRING_OR_EMPTY, (text) => {
        if (!text.startsWith(from)) return text;
        const isChosen = isAll || (number & (1 << at)) !== 0;
        at++;
        return isChosen ? to : text;
      });
      yield { source: alternative, says: why };
    }
  }
  const numbers = source.replace(KEY_OR_BIG_NUMBER, (text) =>
    text.endsWith(":") ? text : text.slice(1, -1),
  );
  if (numbers !== source) yield { source: numbers, says: "with big numbers, which became strings" };
}
