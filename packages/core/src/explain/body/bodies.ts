import { textIfUtf8, utf8 } from "../../base/bytes.ts";
import { formBodies, formsOf } from "./body-form.ts";
import { escapedBodies } from "./body-escapes.ts";
import { blankLineBodies, recodedBodies, textBodies } from "./body-text.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";
import { compressedBodies, decompressedBodies, wrappedBodies } from "./body-wrapping.ts";
import type { Budget } from "../budget.ts";
import { jsonAlternatives } from "./json-alternatives.ts";
import { type JsonRewriting, jsonRewritings } from "./json-bodies.ts";

/** Reading a document takes several times its size. */
const READING_COST = 4;
/** The likeliest ways to write JSON come first, others before rarer changes, and there are very many more. */
const LIKELIEST_REWRITINGS = 10;
const COMMON_REWRITINGS = 10;
/** A body beyond this share of the bytes (256 KiB) is not compressed again: that costs more than it is likely to tell. */
const SHARE_OF_COMPRESSED = 1 / 256;

/**
 * What may have been signed in place of the body that was received: cheap and likely changes first. Each variant's writing is
 * taken from the budget; none comes twice.
 */
export async function* bodyVariants(
  received: readonly Uint8Array[],
  budget: Budget,
): AsyncGenerator<BodyVariant> {
  const seen = new Set<string>();
  for await (const variant of allVariants(received, budget)) {
    if (!budget.takeBytes(variant.bytes.length)) return;
    if (budget.turnIsOver) await budget.yieldTurn();
    const name = fingerprint(variant.bytes);
    if (seen.has(name)) continue;
    seen.add(name);
    yield variant;
  }
}

async function* allVariants(
  received: readonly Uint8Array[],
  budget: Budget,
): AsyncGenerator<BodyVariant> {
  // The first is the one that has been tried already.
  for (const bytes of received.slice(1)) {
    yield {
      bytes,
      mistake: {
        code: "body_form_encoding",
        evidence: "The signature fits the form as it was sent, not the decoded value of its field.",
        remedy: 'Say so in the definition: body.formField: { name, signed: "encoded" }.',
      },
    };
  }
  for (const body of received) {
    yield* decompressedBodies(body, budget);
    yield* textBodies(body);
    const rewritings = budget.takeBytes(READING_COST * body.length)
      ? reserialized(body)
      : undefined;
    if (rewritings !== undefined) yield* first(LIKELIEST_REWRITINGS, rewritings);
    yield* recodedBodies(body);
    yield* wrappedBodies(body);
    yield* escapedBodies(body);
    if (rewritings !== undefined) yield* first(COMMON_REWRITINGS, rewritings);
    yield* formBodies(body);
    yield* alternatives(body);
    yield* rewrittenFields(body);
    yield* blankLineBodies(body);
    if (!budget.isTooMuch(body.length, SHARE_OF_COMPRESSED)) yield* compressedBodies(body);
    if (rewritings !== undefined) yield* rewritings;
  }
}

/** Leaves the generator open, unlike a loop that is left. */
function* first<T>(count: number, values: Generator<T>): Generator<T> {
  for (let taken = 0; taken < count; taken++) {
    const { done, value } = values.next();
    if (done) return;
    yield value;
  }
}

function* reserialized(body: Uint8Array): Generator<BodyVariant> {
  const source = textIfUtf8(body);
  if (source === undefined) return;
  for (const rewriting of jsonRewritings(source)) yield rewritten(body, rewriting);
}

/** The body after a language that can't tell `{}` from `[]`, or big numbers from strings, wrote it again. */
function* alternatives(body: Uint8Array): Generator<BodyVariant> {
  const received = textIfUtf8(body);
  if (received === undefined || !/^\s*[{[]/.test(received)) return;
  for (const { source, says } of jsonAlternatives(received)) {
    yield rewritten(body, { text: source, says });
    for (const { text, says: how } of first(LIKELIEST_REWRITINGS, jsonRewritings(source))) {
      yield rewritten(body, { text, says: `${says}, ${how}` });
    }
  }
}

/** The form whose field of JSON was parsed and written again, alone or within its form. */
function* rewrittenFields(body: Uint8Array): Generator<BodyVariant> {
  const received = textIfUtf8(body);
  if (received === undefined) return;
  const json = /^\s*[{[]/.test(received) ? received : new URLSearchParams(received).get("payload");
  if (json === null) return;
  for (const { text } of first(LIKELIEST_REWRITINGS, jsonRewritings(json))) {
    for (const signed of formsOf("payload", text)) {
      yield {
        bytes: utf8(signed),
        mistake: {
          code: "body_form_encoding",
          evidence:
            'The signature fits a form whose field "payload" is the same JSON, written in another way: the field was parsed and written again.',
          remedy: KEEP_THE_BYTES,
        },
      };
    }
  }
}

function rewritten(body: Uint8Array, { text, says }: JsonRewriting): BodyVariant {
  const bytes = utf8(text);
  return {
    bytes,
    mistake: {
      code: "body_reserialized",
      evidence:
        `The body was parsed and written again: the signature fits the same JSON ${says} ` +
        `(${bytes.length} bytes were signed, ${body.length} were passed; they differ from byte ${firstDifference(body, bytes)} on).`,
      remedy: `Never verify JSON.stringify(req.body). ${KEEP_THE_BYTES}`,
    },
  };
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** Tells bodies of one delivery apart; a collision only leaves one untried. */
function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length} ${hash}`;
}
