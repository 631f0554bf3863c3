import type { FormField } from "./form-encodings.ts";

/** No form of a webhook has more; to encode very many would take long. */
const MAX_FIELDS = 1000;
const MAX_DEPTH = 10;

/** A way to say by the name of a field where in a record or list it stands. */
interface Naming {
  readonly inRecord: (key: string) => string;
  readonly inList: (index: string) => string;
}

const inBrackets = (key: string): string => `[${key}]`;
const behindDot = (key: string): string => `.${key}`;

const NAMINGS: readonly Naming[] = [
  { inRecord: inBrackets, inList: () => "" },
  { inRecord: inBrackets, inList: () => "[]" },
  { inRecord: inBrackets, inList: inBrackets },
  { inRecord: behindDot, inList: inBrackets },
  { inRecord: behindDot, inList: behindDot },
];

type Nested = string | Nested[] | { [key: string]: Nested };

/** Returns the fields that a parser may have made this record of; none where it holds what no form can. */
export function* fieldsIn(record: object): Generator<readonly FormField[]> {
  for (const naming of NAMINGS) {
    const fields = flattened(record, naming);
    if (fields === undefined) return;
    yield fields;
    if (!Object.values(record).some((value) => typeof value === "object")) return;
    if (naming === NAMINGS[0]) yield inTurns(fields);
  }
}

/** Returns the fields of a record and of the records and lists within it; undefined where there are too many, or a value is no text. */
function flattened(record: object, { inRecord, inList }: Naming): FormField[] | undefined {
  const fields: FormField[] = [];
  const add = (name: string, value: unknown, depth: number): boolean => {
    if (typeof value === "string") fields.push([name, value]);
    if (typeof value !== "object" || value === null) return typeof value === "string";
    if (depth > MAX_DEPTH || fields.length > MAX_FIELDS) return false;
    const place = Array.isArray(value) ? inList : inRecord;
    return Object.entries(value).every(([key, inner]) =>
      add(depth === 0 ? key : name + place(key), inner, depth + 1),
    );
  };
  // A part of a form is not what was signed.
  return add("", record, 0) && fields.length <= MAX_FIELDS ? fields : undefined;
}

/** Puts the first field of each name first, then the second ones, as rows of a table are sent. */
function inTurns(fields: readonly FormField[]): readonly FormField[] {
  const counts = new Map<string, number>();
  const turns = fields.map((field): [FormField, number] => {
    const turn = counts.get(field[0]) ?? 0;
    counts.set(field[0], turn + 1);
    return [field, turn];
  });
  return turns.toSorted(([, a], [, b]) => a - b).map(([field]) => field);
}

/** Makes a record of the fields of a form, with lists and records where names like `items[0][name]` say so. */
export function nestedRecord(fields: readonly FormField[]): object {
  const root: { [key: string]: Nested } = Object.create(null) as { [key: string]: Nested };
  for (const [name, value] of fields.slice(0, MAX_FIELDS + 1)) {
    const [first = "", ...keys] = name.split(/\[([^\]]*)\]/).filter((_, i) => i === 0 || i % 2);
    root[first] = withValue(root[first], keys.slice(0, MAX_DEPTH), value);
  }
  return root;
}

function withValue(at: Nested | undefined, keys: readonly string[], value: string): Nested {
  const [key, ...others] = keys;
  if (key === undefined) return at === undefined ? value : [at, value].flat();
  if (key === "" || (/^\d+$/.test(key) && (at === undefined || Array.isArray(at)))) {
    const list = Array.isArray(at) ? at : [];
    const last = list.at(-1);
    // `items[][name]` goes on with the last item, until that has a name.
    const isNext =
      key === "" ? others.length === 0 || !lacks(last, others[0]) : Number(key) >= list.length;
    if (isNext) return [...list, withValue(undefined, others, value)];
    const index = key === "" ? list.length - 1 : Number(key);
    return list.with(index, withValue(list[index], others, value));
  }
  const record = typeof at === "object" && !Array.isArray(at) ? at : {};
  return { ...record, [key]: withValue(record[key], others, value) };
}

function lacks(item: Nested | undefined, key: string | undefined): boolean {
  return (
    typeof item === "object" &&
    !Array.isArray(item) &&
    key !== undefined &&
    !Object.hasOwn(item, key)
  );
}
