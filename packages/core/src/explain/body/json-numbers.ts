import { firstOfEach } from "../first-of-each.ts";
import type { JsonNumber } from "./json-tree.ts";

/** All numbers of a document as one serialiser writes them, in the document's order. */
export interface NumberWriting {
  readonly says: string;
  readonly texts: readonly string[];
  /** Whether it is a guess which of the whole numbers are floats: there are many of these. */
  readonly isGuess: boolean;
}

/** In documents of more numbers it is not guessed which of them are floats. */
const MAX_NUMBERS = 200;
/** Up to so many whole numbers are guessed about one by one too, and not by their keys alone. */
const MAX_SINGLY = 6;
const MAX_KEYS = 16;
/** All there are for six keys, and for each way to write floats. */
const MAX_GUESSES = 64;

const isWhole = (raw: string): boolean => /^-?\d+$/.test(raw);

const asJavaScript = (raw: string): string => JSON.stringify(Number(raw));

const withFraction = (text: string): string => (isWhole(text) ? `${text}.0` : text);

const withDecimals =
  (digits: number) =>
  (raw: string): string => {
    const fixed = Number(raw).toFixed(digits);
    return !fixed.includes("e") && Number(fixed) === Number(raw) ? fixed : raw;
  };

/**
 * How a language writes floats.
 *
 * @param from from this value on with an exponent
 * @param below beneath this value with an exponent
 * @param shaped puts mantissa, sign and digits of the exponent together
 */
const withExponent =
  (
    from: number,
    below: number,
    shaped: (mantissa: string, sign: string, digits: string) => string,
  ) =>
  (raw: string): string => {
    const value = Math.abs(Number(raw));
    if (value === 0 || (value < from && value >= below)) return withFraction(asJavaScript(raw));
    const [mantissa = "", exponent = ""] = Number(raw).toExponential().split("e");
    return shaped(mantissa, exponent.slice(0, 1), exponent.slice(1));
  };

const minus = (sign: string): string => sign.replace("+", "");
const two = (digits: string): string => digits.padStart(2, "0");

/** The ways to write floats; they agree on most numbers. */
const WRITERS: readonly {
  readonly says: string;
  readonly write: (raw: string) => string;
  /** Whether it is for all floats of a document or for none. */
  readonly isRare?: boolean;
}[] = [
  {
    says: "floats as Python writes them (1.0)",
    write: withExponent(1e16, 1e-4, (m, sign, digits) => `${m}e${sign}${two(digits)}`),
  },
  { says: "two decimals", write: withDecimals(2) },
  {
    says: "floats as Java writes doubles (1.0, 1.0E7)",
    write: withExponent(
      1e7,
      1e-3,
      (m, sign, digits) => `${withFraction(m)}E${minus(sign)}${digits}`,
    ),
  },
  {
    says: "floats as Ruby writes them (1.0, 1.0e+16)",
    write: withExponent(
      1e16,
      1e-4,
      (m, sign, digits) => `${withFraction(m)}e${sign}${two(digits)}`,
    ),
  },
  {
    says: "floats as PHP writes them (1.0e+15)",
    write: withExponent(1e15, 1e-4, (m, sign, digits) => `${withFraction(m)}e${sign}${digits}`),
  },
  {
    says: "floats as .NET writes them (1E+15)",
    write: withExponent(1e15, 1e-5, (m, sign, digits) => `${m}E${sign}${two(digits)}`),
  },
  {
    says: "floats as Rust writes them (1.0, 1e16)",
    write: withExponent(1e16, 1e-5, (m, sign, digits) => `${m}e${minus(sign)}${digits}`),
  },
  { says: "three decimals", write: withDecimals(3), isRare: true },
  { says: "four decimals", write: withDecimals(4), isRare: true },
];

/**
 * Ways to write a document's numbers that a parser and a serialiser may have lost, the likeliest first, none of them twice. What has a
 * fraction is a float for sure; of whole numbers it is guessed, since JavaScript writes 1.0 as 1.
 */
export function* numberWritings(numbers: readonly JsonNumber[]): Generator<NumberWriting> {
  const received = numbers.map(({ raw }) => raw);
  const seen = new Set([received.join()]);
  const writers = WRITERS.map(({ says, write, isRare = false }) => ({
    says,
    isRare,
    floats: received.map(write),
  }));

  yield* fresh("numbers as JavaScript writes them", received.map(asJavaScript), false);
  for (const isFloat of [() => false, () => true, isNoId]) {
    for (const { says, floats } of writers) yield* fresh(says, written(floats, isFloat), false);
  }
  if (numbers.length > MAX_NUMBERS) return;

  const usual = writers.filter(({ isRare }) => !isRare);
  const different = firstOfEach(usual, ({ floats }) => floats.join());
  for (const these of guesses(numbers)) {
    for (const { says, floats } of different) {
      const texts = written(floats, (_, index) => these.has(index));
      yield* fresh(`${says}, some of the whole ones too`, texts, true);
    }
  }

  function written(
    floats: readonly string[],
    isFloat: (number: JsonNumber, index: number) => boolean,
  ): string[] {
    return numbers.map((number, i) =>
      !isWhole(number.raw) || isFloat(number, i) ? (floats[i] ?? number.raw) : number.raw,
    );
  }

  function* fresh(
    says: string,
    texts: readonly string[],
    isGuess: boolean,
  ): Generator<NumberWriting> {
    const name = texts.join();
    if (seen.has(name)) return;
    seen.add(name);
    yield { says, texts, isGuess };
  }
}

/** Ids and times are whole numbers, and no floats. */
function isNoId({ key, raw }: JsonNumber): boolean {
  return !/(?:^|[_-])ids?$|[a-z]I[Dd]s?$/.test(key) && Math.abs(Number(raw)) < 1e9;
}

/** Which of the whole numbers may be floats: indexes of some, not of all of them. What stands under one key is mostly alike. */
function* guesses(numbers: readonly JsonNumber[]): Generator<ReadonlySet<number>> {
  const whole = [...numbers.entries()].filter(([, one]) => isWhole(one.raw) && isNoId(one));
  const byKey = new Map<string, number[]>();
  for (const [index, { key }] of whole) byKey.set(key, [...(byKey.get(key) ?? []), index]);
  yield* unions([...byKey.values()].slice(0, MAX_KEYS));
  if (whole.length <= MAX_SINGLY) yield* unions(whole.map(([index]) => [index]));
}

function* unions(groups: readonly (readonly number[])[]): Generator<ReadonlySet<number>> {
  let made = 0;
  for (const chosen of choices(groups.length)) {
    if (made++ === MAX_GUESSES) return;
    yield new Set(chosen.flatMap((group) => groups[group] ?? []));
  }
}

/** Some of `count`, not all: one, all but one, two, all but two … */
function* choices(count: number): Generator<readonly number[]> {
  for (let size = 1; size <= count / 2; size++) {
    yield* combinations(count, size, 0);
    if (2 * size === count) return;
    for (const left of combinations(count, size, 0)) {
      yield Array.from({ length: count }, (_, i) => i).filter((i) => !left.includes(i));
    }
  }
}

function* combinations(count: number, size: number, from: number): Generator<readonly number[]> {
  if (size === 0) yield [];
  else {
    for (let first = from; first <= count - size; first++) {
      for (const others of combinations(count, size - 1, first + 1)) yield [first, ...others];
    }
  }
}
