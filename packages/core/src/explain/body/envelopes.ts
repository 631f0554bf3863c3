import { fromBase64, textIfUtf8, utf8 } from "../../base/bytes.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";

/** What queues and notification services nest; deeper there is no delivery. */
const MAX_DEPTH = 5;
const MAX_VALUES = 40;
const MAX_STRING_LAYERS = 3;

/** A record with such a field is more likely a parsed form, which is tried later. */
const FORM_FIELDS: ReadonlySet<string> = new Set(["payload", "data", "json"]);

/** Where the best known envelopes keep the delivery, and the line that takes it out. */
const REMEDY_BY_PLACE: Readonly<Record<string, string>> = {
  body: 'Pass event.body, not the whole event; Buffer.from(event.body, "base64") where isBase64Encoded is true.',
  Message: "Pass JSON.parse(body).Message: Amazon SNS puts an envelope around each message.",
  "Records.0.body": "Pass event.Records[0].body: Amazon SQS puts an envelope around each message.",
  "Records.0.Sns.Message":
    "Pass event.Records[0].Sns.Message: Amazon SNS puts an envelope around each message.",
  "message.data":
    'Pass Buffer.from(body.message.data, "base64"): Google Pub/Sub puts an envelope around each message.',
  detail: "Pass event.detail: Amazon EventBridge puts an envelope around each event.",
};

/** What stands in a JSON document that a queue, a gateway or a notification service put around the body. */
export function* envelopedBodies(body: Uint8Array): Generator<BodyVariant> {
  const text = textIfUtf8(body);
  if (text === undefined || !/^\s*[[{"]/.test(text)) return;
  let value = jsonOf(text);
  for (let layers = 1; typeof value === "string" && layers <= MAX_STRING_LAYERS; layers++) {
    yield {
      bytes: utf8(value),
      mistake: {
        code: "body_json_string",
        evidence: `The body is ${layers === 1 ? "one JSON string" : `a JSON string in a JSON string (${layers} layers)`}, and the signature fits what is in it: JSON.stringify was called on a body that is text already.`,
        remedy: KEEP_THE_BYTES,
      },
    };
    value = jsonOf(value);
  }
  if (typeof value !== "object" || value === null) return;
  for (const [place, inner] of valuesIn(value)) yield* deliveriesIn(inner, place);
}

function* deliveriesIn(inner: unknown, place: string): Generator<BodyVariant> {
  const mistake = {
    code: "body_wrapped",
    evidence: `The body is an envelope, and the signature fits what is in its field ${JSON.stringify(place.slice(0, 60))}.`,
    remedy: Object.hasOwn(REMEDY_BY_PLACE, place)
      ? (REMEDY_BY_PLACE[place] ?? "")
      : "Pass what is in that field, not the whole envelope.",
  } as const;
  if (typeof inner === "object") {
    const text = written(inner);
    if (text !== undefined) yield { bytes: utf8(text), mistake };
    return;
  }
  if (typeof inner !== "string") return;
  if (!FORM_FIELDS.has(place)) yield { bytes: utf8(inner), mistake };
  const decoded = inner.length < 4 ? undefined : fromBase64(inner);
  if (decoded) yield { bytes: decoded, mistake };
}

/** The JSON of a value; undefined where it is nested too deeply to be written. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The values of a document that may be a delivery, outer ones first. */
function* valuesIn(root: object): Generator<readonly [place: string, value: unknown]> {
  const waiting: { value: object; place: string; depth: number }[] = [
    { value: root, place: "", depth: 0 },
  ];
  let count = 0;
  for (let at = 0; at < waiting.length; at++) {
    const { value, place, depth } = waiting[at] ?? { value: {}, place: "", depth: MAX_DEPTH };
    for (const [key, inner] of Object.entries(value).slice(0, MAX_VALUES) as [string, unknown][]) {
      const isObject = typeof inner === "object" && inner !== null;
      // Short texts and plain values are fields of an event.
      if (!isObject && !(typeof inner === "string" && inner.length > 1)) continue;
      if (++count > MAX_VALUES) return;
      const here = place === "" ? key : `${place}.${key}`;
      yield [here, inner];
      if (isObject && depth < MAX_DEPTH)
        waiting.push({ value: inner, place: here, depth: depth + 1 });
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
