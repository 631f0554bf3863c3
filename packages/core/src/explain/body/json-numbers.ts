import { firstOfEach } from "../first-of-each.ts";
import { asJavaScript, decimals, FLOATS, type FloatStyle, isWhole } from "./json-floats.ts";
import type { JsonNumber } from "./json-tree.ts";

/** All numbers of a document as one serialiser writes them, in the document's order. */
export interface NumberWriting {
  readonly says: string;
  readonly texts: readonly string[];
  /** It is a guess how each number was written: there are many of these. */
  readonly isGuess: boolean;
}

/** In documents of more numbers it is not guessed how each was written. */
const MAX_NUMBERS = 200;
/** Up to so many numbers are guessed about one by one, and not by their keys alone. */
const MAX_SINGLY = 6;
const MAX_KEYS = 16;
const MAX_GUESSES = 150;

/** Writes round numbers with an exponent: 1500 as 1.5e3. */
const rounded =
  (e: string) =>
  (raw: string): string =>
    /^-?\d*00$/.test(raw) && Number(raw) !== 0 ? Number(raw).toExponential().replace("e+", e) : raw;

/** The ways in which one serialiser writes all numbers. */
const STYLES: readonly FloatStyle[] = [
  { says: "with its numbers as JavaScript writes them", write: asJavaScript },
  ...Object.values(FLOATS),
  decimals(3),
  decimals(4),
];

/** The ways in which a single number may have been written where a document mixes them. */
const SINGLE: readonly ((raw: string) => string)[] = [
  ...Object.values(FLOATS).map(({ write }) => write),
  (raw) => (Number(raw) === 0 ? "-0.0" : raw),
  rounded("e"),
  rounded("E"),
  rounded("E+"),
];

/**
 * Writes a document's numbers in the ways that a parser and a serialiser may have lost, the likeliest first. What has a fraction is a float for
 * sure; of whole numbers it is guessed, since JavaScript writes 1.0 as 1.
 */
export function* numberWritings(numbers: readonly JsonNumber[]): Generator<NumberWriting> {
  const received = numbers.map(({ raw }) => raw);
  const seen = new Set([String(received)]);
  for (const isFloat of [() => false, isNoId, () => true]) {
    for (const { says, write } of STYLES) {
      const texts = numbers.map((number) =>
        !isWhole(number.raw) || isFloat(number) ? write(number.raw) : number.raw,
      );
      const name = String(texts);
      if (!seen.has(name)) yield { says, texts, isGuess: false };
      seen.add(name);
    }
  }
  if (numbers.length > MAX_NUMBERS) return;
  for (const groups of groupings(numbers)) {
    for (const texts of mixtures(received, groups)) {
      yield { says: "with its numbers written in several ways", texts, isGuess: true };
    }
  }
}

/** Tells ids and times, which are whole numbers, from what may be floats. */
function isNoId({ key, raw }: JsonNumber): boolean {
  return !/(?:^|[_-])ids?$|[a-z]I[Dd]s?$/.test(key) && Math.abs(Number(raw)) < 1e9;
}

/** Numbers that were written alike, by their places; and the ways in which they may have been, as they are now first. */
interface Group {
  readonly places: readonly number[];
  readonly options: readonly (readonly string[])[];
}

/** Groups the numbers by their keys, and, where there are few, each by itself. What stands under one key is mostly alike. */
function* groupings(numbers: readonly JsonNumber[]): Generator<readonly Group[]> {
  const byKey = new Map<string, number[]>();
  const candidates = [...numbers.entries()].filter(([, one]) => !isWhole(one.raw) || isNoId(one));
  for (const [place, { key }] of candidates) byKey.set(key, [...(byKey.get(key) ?? []), place]);
  const groupOf = (places: readonly number[]): Group => {
    const raw = places.map((place) => numbers[place]?.raw ?? "");
    const options = [raw, ...SINGLE.map((write) => raw.map(write))];
    return { places, options: firstOfEach(options, String) };
  };
  yield [...byKey.values()].slice(0, MAX_KEYS).map(groupOf);
  if (candidates.length <= MAX_SINGLY && byKey.size < candidates.length) {
    yield candidates.map(([place]) => groupOf([place]));
  }
}

/** Mixes the options of the groups: few changes first, and few exceptions from all of them changed. */
function* mixtures(
  received: readonly string[],
  groups: readonly Group[],
): Generator<readonly string[]> {
  const changed = groups.map(({ places, options: [same = [], ...others] }) => ({
    places,
    options: others.length === 0 ? [same] : [...others.slice(0, 1), same, ...others.slice(1)],
  }));
  let made = 0;
  for (const ranks of ranksOf(groups.map(({ options }) => options.length))) {
    for (const these of [groups, changed]) {
      if (made++ === MAX_GUESSES) return;
      const texts = [...received];
      for (const [at, { places, options }] of these.entries()) {
        for (const [i, place] of places.entries()) {
          texts[place] = options[ranks[at] ?? 0]?.[i] ?? "";
        }
      }
      yield texts;
    }
  }
}

/** Returns every choice of a rank below each size, those with the smallest sum first. */
function* ranksOf(sizes: readonly number[]): Generator<readonly number[]> {
  const largest = sizes.reduce((sum, size) => sum + size - 1, 0);
  for (let sum = 0; sum <= largest; sum++) yield* ranksWithSum(sizes, sum);
}

function* ranksWithSum(sizes: readonly number[], sum: number): Generator<readonly number[]> {
  const [size, ...others] = sizes;
  if (size === undefined) {
    if (sum === 0) yield [];
    return;
  }
  const room = others.reduce((all, other) => all + other - 1, 0);
  for (let rank = Math.max(0, sum - room); rank <= Math.min(sum, size - 1); rank++) {
    for (const rest of ranksWithSum(others, sum - rank)) yield [rank, ...rest];
  }
}
