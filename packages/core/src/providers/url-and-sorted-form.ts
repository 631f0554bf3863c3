import { decodeUtf8 } from "../base/bytes.ts";
import type { SignedDelivery } from "../scheme/definition.ts";

/**
 * Puts the URL and the form's fields, sorted by name, behind each other, as Twilio and Mandrill sign them.
 *
 * With nothing between names and values, several forms are signed alike: `a=bc` and `ab=c`. Twilio and Mandrill share that weakness with
 * everybody who verifies them.
 *
 * @throws if the delivery has no URL
 */
export function urlAndSortedForm({ url, body }: SignedDelivery): string {
  if (url === undefined) throw new TypeError("the delivery has no url");
  const text = decodeUtf8(body);
  if (/^\s*[{[]/.test(text)) throw new TypeError("the body is no form");
  const fields = [...new URLSearchParams(text.replace(/^\?/, "%3F"))];
  const sorted = fields.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return url + sorted.map(([name, value]) => name + value).join("");
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
