import { concat, utf8 } from "../../base/bytes.ts";
import type { Budget } from "../budget.ts";
import { escapedBodies } from "./body-escapes.ts";
import { formBodies } from "./body-form.ts";
import { blankLineBodies, textBodies } from "./body-text.ts";
import { type BodyVariant, KEEP_THE_BYTES, type TriedBody } from "./body-variant.ts";
import { unwrappedBodies, wrappedBodies } from "./body-wrapping.ts";
import { misreadBodies, recodedBodies, wideBodies } from "./charsets.ts";
import { compressedBodies, decompressedBodies } from "./compressed-bodies.ts";
import { envelopedBodies } from "./envelopes.ts";
import { valueEncodings } from "./form-encodings.ts";
import { jsonAlternatives } from "./json-alternatives.ts";
import { jsonRewritings } from "./json-bodies.ts";
import { JSON_HANDS } from "./json-styles.ts";
import { readJson } from "./json-tree.ts";
import { parsedJson } from "../decoding.ts";
import { ReceivedBody } from "./received-body.ts";

/** To read a body or to write another costs more than to hash it. */
const READING_COST = 6;
const WRITING_COST = 2;
/** The likeliest hands that write JSON come first, others before rarer changes; there are very many more ways to write it. */
const LIKELIEST_HANDS = 8;
/** These are combined with what is rare already. */
const FEW_HANDS = 8;

/**
 * Makes what may have been signed in place of the body that was received: cheap and likely changes first. The making of each is taken
 * from the budget; the same bytes may come twice.
 *
 * @param received the body, and before it the field of a form that is signed in its place
 */
export async function* bodyVariants(
  received: readonly Uint8Array[],
  budget: Budget,
): AsyncGenerator<TriedBody & { readonly variant: BodyVariant }> {
  for await (const variant of allVariants(received, budget)) {
    const { content } = variant;
    const bytes = typeof content === "string" ? utf8(content) : content;
    if (budget.turnIsOver) await budget.yieldTurn();
    yield { bytes, variant };
  }
}

async function* allVariants(
  received: readonly Uint8Array[],
  budget: Budget,
): AsyncGenerator<BodyVariant> {
  // The first is the one that has been tried already.
  for (const content of received.slice(1)) {
    yield {
      code: "body_form_encoding",
      content,
      evidence: "The signature fits the form as it was sent, not the decoded value of its field.",
      remedy: 'Say so in the definition: body.formField: { name, signed: "encoded" }.',
    };
  }
  for (const bytes of received) {
    const body = new ReceivedBody(bytes);
    yield* decompressedBodies(body, budget);
    yield* textBodies(body);
    if (!budget.takeBytes(READING_COST * bytes.length)) return;
    for await (const variant of writtenBodies(body, budget)) {
      if (!budget.takeBytes(WRITING_COST * variant.content.length)) return;
      yield variant;
    }
  }
}

/** Makes what has to be written anew; what comes before is a copy but for a few bytes. */
async function* writtenBodies(body: ReceivedBody, budget: Budget): AsyncGenerator<BodyVariant> {
  for (const source of EVIDENT) yield* source(body);
  const rewritings = rewrittenBodies(body);
  yield* first(LIKELIEST_HANDS, rewritings);
  for (const source of LIKELY) yield* source(body);
  yield* first(JSON_HANDS.length - LIKELIEST_HANDS, rewritings);
  for (const source of RARE) yield* source(body);
  yield* compressedBodies(body, budget);
  yield* rewritings;
}

type Source = (body: ReceivedBody) => Iterable<BodyVariant>;

/** Sources that make a variant only of a body that looks like the mistake: a large body must leave room for these. */
const EVIDENT: readonly Source[] = [misreadBodies, wrappedBodies, envelopedBodies];
const LIKELY: readonly Source[] = [recodedBodies, unwrappedBodies, escapedBodies];
const RARE: readonly Source[] = [
  wideBodies,
  formBodies,
  confusedBodies,
  rewrittenFields,
  blankLineBodies,
];

/** Takes some; unlike a loop that is left, it leaves the generator open. */
function* first<T>(count: number, values: Generator<T>): Generator<T> {
  for (let taken = 0; taken < count; taken++) {
    const { done, value } = values.next();
    if (done) return;
    yield value;
  }
}

function* rewrittenBodies({ json }: ReceivedBody): Generator<BodyVariant> {
  if (json === undefined) return;
  for (const { bytes, says } of jsonRewritings(json)) yield rewritten(bytes, says);
}

/** Restores the body that a language wrote again which can't tell `{}` from `[]`, or big numbers from strings. */
function* confusedBodies({ text = "", value }: ReceivedBody): Generator<BodyVariant> {
  if (typeof value !== "object") return;
  for (const { source, says } of jsonAlternatives(text)) {
    yield rewritten(source, says);
    const document = readJson(source);
    for (const how of document === undefined ? [] : first(FEW_HANDS, jsonRewritings(document))) {
      yield rewritten(how.bytes, `${says}, ${how.says}`);
    }
  }
}

function rewritten(content: BodyVariant["content"], says: string): BodyVariant {
  return {
    code: "body_reserialized",
    content,
    evidence: `The body was parsed and written again: the signature fits the same JSON ${says}.`,
    remedy: `Never verify JSON.stringify(req.body). ${KEEP_THE_BYTES}`,
  };
}

/** Restores a form whose field of JSON was parsed and written again, alone or within its form. */
function* rewrittenFields({ text = "", json }: ReceivedBody): Generator<BodyVariant> {
  const field = json === undefined ? new URLSearchParams(text).get("payload") : null;
  const isJson = field !== null && parsedJson(field) !== undefined;
  const document = isJson ? readJson(field) : json;
  if (document === undefined) return;
  for (const written of first(FEW_HANDS, jsonRewritings(document))) {
    for (const { signed } of valueEncodings(written.bytes)) {
      yield {
        code: "body_form_encoding",
        content: concat([utf8("payload="), signed]),
        evidence:
          'The signature fits a form whose field "payload" is the same JSON, written in another way: the field was parsed and written again.',
      };
    }
  }
}
