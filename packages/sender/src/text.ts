/** PostgreSQL can't keep the first of them, and nobody means the others. */
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** The longest type, id, filter, name or owner, in characters. */
export const MAX_TEXT_LENGTH = 256;

/** Says if text has a control character in it, such as a line break. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL_CHARACTER.test(text);
}

/** Says if a value is text as types, ids and filters are: of 1 to 256 characters, none of them a control character. */
export function isText(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value !== "" &&
    value.length <= MAX_TEXT_LENGTH &&
    !hasControlCharacter(value)
  );
}
