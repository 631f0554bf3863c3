/** By what they are called, which holds in every realm, as in jest. */
const EMPTY_IN_JSON =
  /^\[object (URLSearchParams|FormData|Blob|File|Map|Set|Promise|ReadableStream)\]$/;

/**
 * Whether JSON would write an object as `{}`, whatever is in it.
 *
 * @param body anything at all
 */
export function isEmptyInJson(body: unknown): boolean {
  return EMPTY_IN_JSON.test(Object.prototype.toString.call(body));
}
