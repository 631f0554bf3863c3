import { parsePointer } from "../base/json-pointer.ts";

/** A kind of value that a member of a definition can have. */
export interface Kind {
  /** As a message says it behind "it must be". */
  readonly named: string;
  readonly fits: (value: unknown) => boolean;
  /** True if the member is required. */
  readonly required?: true;
}

export const TEXT: Kind = { named: "text", fits: (value) => typeof value === "string" };

/** Text that is compared with what stands in a header. */
export const HEADER_TEXT: Kind = {
  named: "text of printable ASCII, as it stands in a header",
  fits: (value) => typeof value === "string" && /^[\t -~]*$/.test(value),
};

export const TEXTS: Kind = {
  named: "a list of text",
  fits: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
};

export const HEADERS: Kind = {
  named: "the name of a header, or a list of them",
  fits: (value) => TEXT.fits(value) || TEXTS.fits(value),
};

export const POINTER: Kind = {
  named: 'a JSON pointer such as "/id"',
  fits: (value) => typeof value === "string" && parsePointer(value) !== undefined,
};

/** By names that nothing here knows. */
export const TEXT_BY_NAME: Kind = {
  named: "an object whose members are text",
  fits: (value) =>
    isObject(value) && Object.values(value).every((item) => typeof item === "string"),
};

export const ANSWER: Kind = {
  named:
    '"text", "header" (beside challenge.header), or { json } with at least one member, all of them text',
  fits: (value) => {
    if (!isObject(value)) return value === "text" || value === "header";
    const [[name, members] = [], ...others] = Object.entries(value);
    return (
      name === "json" &&
      others.length === 0 &&
      TEXT_BY_NAME.fits(members) &&
      Object.keys(members).length > 0
    );
  },
};

export const MARK: Kind = { named: "true, or left out", fits: (value) => value === true };

export const FUNCTION: Kind = {
  named: "a function",
  fits: (value) => typeof value === "function",
};

export const NUMBER_FROM_0: Kind = {
  named: "a number from 0",
  fits: (value) => Number.isFinite(value) && Number(value) >= 0,
};

export const NUMBER_ABOVE_0: Kind = {
  named: "a number above 0",
  fits: (value) => Number.isFinite(value) && Number(value) > 0,
};

export const ZERO_OR_ONE: Kind = {
  named: "0 or 1",
  fits: (value) => value === 0 || value === 1,
};

export const COUNT: Kind = {
  named: "a whole number above 0",
  fits: (value) => Number.isSafeInteger(value) && Number(value) > 0,
};

export const STATUSES: Kind = {
  named: "a list of HTTP statuses from 200 to 299",
  fits: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => Number.isInteger(item) && Number(item) >= 200 && Number(item) <= 299),
};

/** One of some texts. */
export function oneOf(...texts: readonly [string, string, ...string[]]): Kind {
  const quoted = texts.map((text) => JSON.stringify(text));
  return {
    named: `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`,
    fits: (value) => texts.some((text) => text === value),
  };
}

/** The parts that a signature can cover: facts, the body, or fields of it. */
export const COVERED: Kind = {
  named: 'a list of "body", "id", "type", "timestamp" and JSON pointers such as "/id"',
  fits: (value) =>
    Array.isArray(value) &&
    value.every((item) => /^(body|id|type|timestamp)$/.test(String(item)) || POINTER.fits(item)),
};

/** Of a kind, and never left out. */
export function required(kind: Kind): Kind {
  return { ...kind, required: true };
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
