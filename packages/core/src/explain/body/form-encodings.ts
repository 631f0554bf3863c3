import { firstOfEach } from "../first-of-each.ts";

/** A field of a form, decoded. */
export type FormField = readonly [name: string, value: string];

/** A way to percent-encode a form. */
interface Encoder {
  readonly how: string;
  /** The characters it leaves alone, of those that only some do. */
  readonly keeps: string;
  readonly space: "+" | "%20";
  readonly isLowerCase?: boolean;
}

const ENCODERS: readonly Encoder[] = [
  { how: "encoded as browsers do", keeps: "*", space: "+" },
  { how: "encoded by encodeURIComponent", keeps: "!'()*~", space: "%20" },
  { how: "encoded as Python does", keeps: "~", space: "+" },
  { how: "encoded as RFC 3986 says", keeps: "~", space: "%20" },
  { how: "encoded as PHP does", keeps: "", space: "+" },
  { how: "encoded as .NET does", keeps: "!()*", space: "+", isLowerCase: true },
  { how: "encoded with lower-case hex", keeps: "~", space: "+", isLowerCase: true },
  { how: "encoded with lower-case hex", keeps: "!'()*~", space: "%20", isLowerCase: true },
];

/** A form, or a part of one, in one encoding. */
interface Encoded {
  readonly signed: string;
  readonly how: string;
}

/** Encodes a form in the ways of browsers, JavaScript, PHP, Python and .NET, its brackets also left as they are. */
export function* encodings(fields: readonly FormField[]): Generator<Encoded> {
  if (fields.length === 0) return;
  const pairs = fields.map((field) => field.map(componentOf));
  yield* inEachWay(pairs.map((pair) => pair.join("=")).join("&"));
  if (!fields.some(([name]) => name.includes("["))) return;
  const bare = pairs.map(([name = "", value = ""]) => {
    return `${name.replaceAll("%5B", "[").replaceAll("%5D", "]")}=${value}`;
  });
  for (const { signed, how } of inEachWay(bare.join("&"))) {
    yield { signed, how: `${how}, with bare brackets` };
  }
}

/** Encodes the value of a field in the same ways. */
export function valueEncodings(value: string): Iterable<Encoded> {
  return inEachWay(componentOf(value));
}

/** Calls `encodeURIComponent`, which throws for half of a surrogate pair: that was never sent in a form. */
function componentOf(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return "";
  }
}

/** @param text as `encodeURIComponent` encodes it */
function* inEachWay(text: string): Generator<Encoded> {
  // The encoders differ in these alone.
  const sample = ["%20", "!", "'", "(", ")", "*", "~"].filter((one) => text.includes(one)).join("");
  const lettered = /%.?[A-F]/.test(text) ? "%3A" : "";
  for (const encoder of firstOfEach(ENCODERS, (one) => encoded(sample + lettered, one))) {
    yield { signed: encoded(text, encoder), how: encoder.how };
  }
}

function encoded(component: string, { keeps, space, isLowerCase = false }: Encoder): string {
  const text = component.replace(/%20|[!'()*~]/g, (it) => {
    if (it === "%20") return space;
    return keeps.includes(it) ? it : `%${it.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return isLowerCase ? text.replace(/%../g, (escape) => escape.toLowerCase()) : text;
}
