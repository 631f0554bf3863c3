import { fromBase64 } from "../../base/bytes.ts";
import type { BodyVariant } from "./body-variant.ts";
import { parsedJson } from "../decoding.ts";
import type { ReceivedBody } from "./received-body.ts";

/** Queues and notification services nest no deeper. */
const MAX_DEPTH = 5;
const MAX_VALUES = 40;
const MAX_STRING_LAYERS = 3;

/** A record with such a field is more likely a parsed form, which is tried later. */
const FORM_FIELDS: ReadonlySet<string> = new Set(["payload", "data", "json"]);

/** The places where the best known envelopes keep the delivery, and the line that takes it out. */
const REMEDY_BY_PLACE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    body: 'Pass event.body, not the whole event; Buffer.from(event.body, "base64") where isBase64Encoded is true.',
    Message: "Pass JSON.parse(body).Message: Amazon SNS puts an envelope around each message.",
    "Records.0.body":
      "Pass event.Records[0].body: Amazon SQS puts an envelope around each message.",
    "Records.0.Sns.Message":
      "Pass event.Records[0].Sns.Message: Amazon SNS puts an envelope around each message.",
    "message.data":
      'Pass Buffer.from(body.message.data, "base64"): Google Pub/Sub puts an envelope around each message.',
    detail: "Pass event.detail: Amazon EventBridge puts an envelope around each event.",
  }),
);

/** Takes a delivery out of the JSON that a queue, a gateway or a notification service put around it. */
export function* envelopedBodies({ value }: ReceivedBody): Generator<BodyVariant> {
  let inner = value;
  for (let layers = 1; typeof inner === "string" && layers <= MAX_STRING_LAYERS; layers++) {
    const what =
      layers === 1 ? "one JSON string" : `a JSON string in a JSON string (${layers} layers)`;
    yield {
      code: "body_json_string",
      content: inner,
      evidence: `The body is ${what}, and the signature fits what is in it: JSON.stringify was called on a body that is text already.`,
    };
    inner = parsedJson(inner);
  }
  if (typeof inner !== "object" || inner === null) return;
  for (const [place, found] of valuesIn(inner)) yield* deliveriesIn(found, place);
}

function* deliveriesIn(inner: unknown, place: string): Generator<BodyVariant> {
  const variant = (content: Uint8Array | string): BodyVariant => ({
    code: "body_wrapped",
    content,
    evidence: `The body is an envelope, and the signature fits what is in its field ${JSON.stringify(place.slice(0, 60))}.`,
    remedy: REMEDY_BY_PLACE.get(place) ?? "Pass what is in that field, not the whole envelope.",
  });
  if (typeof inner === "object") {
    const text = written(inner);
    if (text !== undefined) yield variant(text);
  }
  if (typeof inner !== "string") return;
  if (!FORM_FIELDS.has(place)) yield variant(inner);
  const decoded = inner.length < 4 ? undefined : fromBase64(inner);
  if (decoded) yield variant(decoded);
}

/** Writes a value as JSON; undefined where it is nested too deeply to be written. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Returns the values of a document that may be a delivery, outer ones first. */
function* valuesIn(root: object): Generator<readonly [place: string, value: unknown]> {
  const waiting: { value: object; place: string; depth: number }[] = [
    { value: root, place: "", depth: 0 },
  ];
  let count = 0;
  for (const { value, place, depth } of waiting) {
    for (const [key, inner] of Object.entries(value).slice(0, MAX_VALUES) as [string, unknown][]) {
      const isObject = typeof inner === "object" && inner !== null;
      // Short texts and plain values are fields of an event.
      if (!isObject && !(typeof inner === "string" && inner.length > 1)) continue;
      if (++count > MAX_VALUES) return;
      const here = place === "" ? key : `${place}.${key}`;
      yield [here, inner];
      if (isObject && depth < MAX_DEPTH) {
        waiting.push({ value: inner, place: here, depth: depth + 1 });
      }
    }
  }
}
