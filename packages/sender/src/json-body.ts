/** The names of their classes, which are the same in every realm (jest has its own). */
const EMPTY_IN_JSON =
  /^\[object (URLSearchParams|FormData|Blob|File|Map|Set|Promise|ReadableStream)\]$/;

/**
 * Tells whether JSON would write an object as `{}`, whatever it contains.
 *
 * @param body anything at all
 */
export function isEmptyInJson(body: unknown): boolean {
  return EMPTY_IN_JSON.test(Object.prototype.toString.call(body));
}
