import type { JsonNumber } from "./json-tree.ts";
import type { NumberForm } from "./json-styles.ts";

const MAX_SINGLES = 40;
/** 2^6 ways to say which keys hold floating point numbers. */
const MAX_KEYS = 6;

/** Numbers as they came. */
export const asReceived: NumberForm = ({ raw }) => raw;

const asJavaScript = (raw: string): string => JSON.stringify(Number(raw));

const withFraction = (raw: string): string => (/^-?\d+$/.test(raw) ? `${raw}.0` : raw);

function twoDecimals(raw: string): string {
  const fixed = Number(raw).toFixed(2);
  return !/e/i.test(fixed) && Number(fixed) === Number(raw) ? fixed : raw;
}

/** Python's `repr` of a float, where JavaScript would write the same number in another way. */
function asPython(raw: string): string {
  const text = asJavaScript(raw);
  const [mantissa = "", exponent] = text.split("e");
  if (exponent !== undefined) return `${mantissa}e${exponent.replace(/^([+-])(\d)$/, "$10$2")}`;
  const value = Math.abs(Number(raw));
  if (value >= 1e16 || (value !== 0 && value < 1e-4)) {
    return Number(raw)
      .toExponential()
      .replace(/e([+-])(\d)$/, "e$10$2");
  }
  return text;
}

const asPythonFloat = (raw: string): string => withFraction(asPython(raw));

/** Java's `Double.toString`. */
function asJava(raw: string): string {
  const value = Math.abs(Number(raw));
  if (value === 0 || (value >= 1e-3 && value < 1e7)) return withFraction(asJavaScript(raw));
  const [mantissa = "", exponent = ""] = Number(raw).toExponential().split("e");
  return `${withFraction(mantissa)}E${exponent.replace("+", "")}`;
}

const fractional = (raw: string): boolean => !/^-?\d+$/.test(raw);

const all =
  (write: (raw: string) => string): NumberForm =>
  ({ raw }) =>
    write(raw);

/** Ways to write a document's numbers that a parser and a serialiser may have lost, the likeliest first. */
export function* numberForms(
  numbers: readonly JsonNumber[],
): Generator<{ says: string; form: NumberForm }> {
  if (numbers.length === 0) return;

  yield { says: "numbers as JavaScript writes them", form: all(asJavaScript) };
  yield { says: "exponents as Python writes them", form: all(asPython) };
  yield { says: "whole numbers like 1.0", form: all(withFraction) };
  yield { says: "numbers as Python writes floats", form: all(asPythonFloat) };
  yield {
    says: "fractions with two decimals",
    form: all((raw) => (fractional(raw) ? twoDecimals(raw) : raw)),
  };
  yield { says: "numbers with two decimals", form: all(twoDecimals) };
  yield { says: "numbers as Java writes doubles", form: all(asJava) };
  yield {
    says: "fractions as Java writes doubles",
    form: all((raw) => (fractional(raw) ? asJava(raw) : raw)),
  };

  const keys = [...new Set(numbers.map(({ key }) => key))].slice(0, MAX_KEYS);
  for (let chosen = 1; chosen < 2 ** keys.length - 1; chosen++) {
    const these = new Set(keys.filter((_, i) => (chosen >> i) % 2 === 1));
    const only =
      (write: (raw: string) => string): NumberForm =>
      ({ raw, key }) =>
        these.has(key) ? write(raw) : raw;
    yield { says: "some numbers like 1.0", form: only(asPythonFloat) };
    yield { says: "some numbers with two decimals", form: only(twoDecimals) };
  }
  for (let one = 0; one < Math.min(numbers.length, MAX_SINGLES); one++) {
    const only =
      (write: (raw: string) => string): NumberForm =>
      ({ raw }, index) =>
        index === one ? write(raw) : raw;
    yield { says: "a number like 1.0", form: only(asPythonFloat) };
    yield { says: "a number with two decimals", form: only(twoDecimals) };
  }
}
