/** A string with the colon that makes it a key, an empty list or object, or a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|\[\s*\]|\{\s*\}|-?\d[\d.eE+-]*/g;

/** One thing that a language can't tell from another, and how to undo it. */
interface Confusion {
  readonly says: string;
  readonly isPossible: (token: string) => boolean;
  readonly undo: (token: string) => string;
}

const CONFUSIONS: readonly Confusion[] = [
  {
    says: "with empty objects, which PHP reads as empty lists",
    isPossible: (token) => token.startsWith("["),
    undo: () => "{}",
  },
  {
    says: "with empty lists, which became empty objects",
    isPossible: (token) => token.startsWith("{"),
    undo: () => "[]",
  },
  {
    says: "with big numbers, which became strings",
    isPossible: (token) => /^"-?[1-9]\d{15,40}"$/.test(token),
    undo: (token) => token.slice(1, -1),
  },
  {
    says: "with strings of digits, which became big numbers",
    isPossible: (token) => /^-?[1-9]\d{15,40}$/.test(token),
    undo: (token) => `"${token}"`,
  },
];

/** Of more than these, all are changed or none. */
const MAX_SINGLY = 5;

/** Returns the documents that a language could not tell from the one that was received, before it wrote them again. */
export function* jsonAlternatives(source: string): Generator<{ source: string; says: string }> {
  for (const { says, isPossible, undo } of CONFUSIONS) {
    const count = (source.match(TOKEN) ?? []).filter(isPossible).length;
    if (count === 0) continue;
    // Each bit of a number says whether one of them is changed; all of them first.
    const all = 2 ** Math.min(count, MAX_SINGLY) - 1;
    const least = count <= MAX_SINGLY ? 1 : all;
    for (let chosen = all; chosen >= least; chosen--) {
      let at = 0;
      const alternative = source.replace(TOKEN, (token) => {
        if (!isPossible(token)) return token;
        return chosen === all || (chosen & (1 << at++)) !== 0 ? undo(token) : token;
      });
      yield { source: alternative, says };
    }
  }
}
