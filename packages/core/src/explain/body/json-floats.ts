/** A way to write floats. */
export interface FloatStyle {
  readonly says: string;
  readonly write: (raw: string) => string;
}

/** Tells whether a number has neither a fraction nor an exponent. */
export const isWhole = (raw: string): boolean => /^-?\d+$/.test(raw);

/** Writes a number as `JSON.stringify` does. */
export const asJavaScript = (raw: string): string => JSON.stringify(Number(raw));

const withFraction = (text: string): string => (isWhole(text) ? `${text}.0` : text);

/** Writes numbers with so many decimals, where that loses nothing. */
export function decimals(digits: 2 | 3 | 4): FloatStyle {
  return {
    says: `with ${{ 2: "two", 3: "three", 4: "four" }[digits]} decimals`,
    write: (raw) => {
      const fixed = Number(raw).toFixed(digits);
      return !fixed.includes("e") && Number(fixed) === Number(raw) ? fixed : raw;
    },
  };
}

/**
 * Writes floats as a language does.
 *
 * @param from from this value on with an exponent
 * @param below beneath this value with an exponent
 * @param shaped puts mantissa, sign and digits of the exponent together
 */
function floats(
  language: string,
  from: number,
  below: number,
  shaped: (mantissa: string, sign: string, digits: string) => string,
): FloatStyle {
  return {
    says: `with its floats as ${language} writes them`,
    write: (raw) => {
      const value = Math.abs(Number(raw));
      if (value === 0 || (value < from && value >= below)) return withFraction(asJavaScript(raw));
      const [mantissa = "", exponent = ""] = Number(raw).toExponential().split("e");
      return shaped(mantissa, exponent.slice(0, 1), exponent.slice(1));
    },
  };
}

const minus = (sign: string): string => sign.replace("+", "");
const two = (digits: string): string => digits.padStart(2, "0");

/** The ways to write floats, the likeliest first; they agree on most numbers. */
export const FLOATS: Readonly<
  Record<"python" | "decimals" | "java" | "ruby" | "php" | "dotNet" | "rust", FloatStyle>
> = {
  python: floats("Python", 1e16, 1e-4, (m, sign, digits) => `${m}e${sign}${two(digits)}`),
  decimals: decimals(2),
  java: floats(
    "Java",
    1e7,
    1e-3,
    (m, sign, digits) => `${withFraction(m)}E${minus(sign)}${digits}`,
  ),
  ruby: floats("Ruby", 1e15, 1e-4, (m, sign, digits) => `${withFraction(m)}e${sign}${two(digits)}`),
  php: floats("PHP", 1e17, 1e-4, (m, sign, digits) => `${withFraction(m)}e${sign}${digits}`),
  dotNet: floats(".NET", 1e15, 1e-5, (m, sign, digits) => `${m}E${sign}${two(digits)}`),
  rust: floats("Rust", 1e16, 1e-5, (m, sign, digits) => `${m}e${minus(sign)}${digits}`),
};
