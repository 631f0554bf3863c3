import type { Delivery } from "../delivery/delivery.ts";
import type { HeadersLike } from "../delivery/headers.ts";
import { backend } from "#hmac";
import type { Scheme } from "../scheme/scheme.ts";
import { contentOf } from "../scheme/signed-content.ts";
import type { VerifyOptions } from "../verify/options.ts";
import { bodyVariants } from "./body/bodies.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body/body-variant.ts";
import type { Budget } from "./budget.ts";
import type { Mistake } from "./finding.ts";
import { type Given, givenSignatures } from "./given.ts";
import { type KeyVariant, keyVariants } from "./keys.ts";
import { type RequestVariant, requestVariants } from "./requests.ts";
import type { NamedSecret } from "./secrets.ts";
import { signedStretch } from "./signed-stretch.ts";

/** A signature that verifies once these mistakes are undone; none where the signature was right all along. */
export interface Match {
  readonly mistakes: readonly Mistake[];
  /** What was signed; undefined where it is another provider's. */
  readonly signed:
    | {
        readonly headers: HeadersLike;
        readonly parts: ReadonlyMap<string, string>;
        readonly body: Uint8Array;
      }
    | undefined;
}

/** What is searched. */
export interface SearchTask {
  readonly scheme: Scheme;
  readonly options: VerifyOptions<never>;
  readonly delivery: Delivery;
  readonly body: Uint8Array;
  readonly secrets: readonly NamedSecret[];
  readonly nowMs: number;
  /** Tries other providers; called once nothing simpler has matched. */
  readonly otherProviders: () => Promise<Mistake | undefined>;
}

/** Of each kind this many are combined with the others; of bodies that are changed alike fewer, so that every change is among them. */
const LIKELY_BODIES = 90;
const LIKELY_ALIKE = 25;
const LIKELY_KEYS = 30;
const LIKELY_REQUESTS = 20;
/** Signatures with parts of their own, such as a time each. */
const MAX_CONTEXTS = 8;
/** A large body must not spend on secrets, or on URLs, what its own variants need: these shares of the bytes, after the first few. */
const SHARE_OF_KEYS = 0.2;
const SHARE_OF_REQUESTS = 0.5;
const ALWAYS_TRIED = 5;

/** Signatures whose content is the same. */
interface Context {
  readonly parts: ReadonlyMap<string, string>;
  readonly given: readonly Given[];
}

/**
 * Looks for mistakes that, undone, make one of the given signatures right: single ones first, then pairs. What is reported
 * really verifies.
 */
export async function search(task: SearchTask, budget: Budget): Promise<Match | undefined> {
  const { scheme, options, delivery, secrets, nowMs } = task;
  const contexts = contextsOf(scheme, givenSignatures(scheme, delivery.headers));

  const asSigned = signedStretch(scheme, delivery.headers, task.body);
  const received =
    asSigned === undefined || asSigned === task.body ? [task.body] : [asSigned, task.body];
  const plainBody: BodyVariant = {
    bytes: received[0] ?? task.body,
    mistake: asSigned === undefined ? decodedForm(scheme) : undefined,
  };
  const plainRequest: RequestVariant = { delivery, options, mistakes: [] };

  const keys = keyVariants(scheme, secrets, nowMs);
  const plainKeys = keys.filter(({ mistakes }) => mistakes.length === 0);
  const otherKeys = keys.filter(({ mistakes }) => mistakes.length > 0);

  let best: Match | undefined;
  const isDone = (): boolean => best !== undefined && best.mistakes.length <= 1;

  // As it is: all that can be wrong is how the signature is written.
  for (const key of plainKeys) await attempt(plainRequest, plainBody, key);
  if (isDone()) {
    // A preset tells more than the name of its header does.
    const isOther = best?.mistakes[0]?.code === "signature_header";
    const provider = isOther ? await task.otherProviders() : undefined;
    return provider === undefined ? best : { mistakes: [provider], signed: undefined };
  }

  // One thing wrong.
  for (const [index, key] of otherKeys.entries()) {
    if (isDone()) return best;
    if (index >= ALWAYS_TRIED && budget.isSpentBy(SHARE_OF_KEYS)) break;
    await attempt(plainRequest, plainBody, key);
  }
  const provider = await task.otherProviders();
  if (provider !== undefined) return { mistakes: [provider], signed: undefined };
  if (isDone()) return best;

  const requests = contexts.flatMap(({ parts }) => [
    ...requestVariants(scheme, options, delivery, parts),
  ]);
  for (const [index, request] of requests.entries()) {
    if (index >= ALWAYS_TRIED && budget.isSpentBy(SHARE_OF_REQUESTS)) break;
    for (const key of plainKeys) await attempt(request, plainBody, key);
    if (isDone()) return best;
  }
  const likelyBodies: BodyVariant[] = [];
  const alike = new Map<string | undefined, number>();
  if (contexts.length > 0) {
    for await (const body of bodyVariants(received, budget)) {
      const count = alike.get(body.mistake?.code) ?? 0;
      alike.set(body.mistake?.code, count + 1);
      if (count < LIKELY_ALIKE && likelyBodies.length < LIKELY_BODIES) likelyBodies.push(body);
      for (const key of plainKeys) await attempt(plainRequest, body, key);
      if (isDone()) return best;
      if (budget.isOver) break;
    }
  }
  if (best !== undefined) return best;

  // Two things wrong.
  const likelyKeys = otherKeys.slice(0, LIKELY_KEYS);
  const likelyRequests = requests.slice(0, LIKELY_REQUESTS);
  for (const body of likelyBodies) {
    for (const key of likelyKeys) await attempt(plainRequest, body, key);
    for (const request of likelyRequests) {
      for (const key of plainKeys) await attempt(request, body, key);
    }
    if (best !== undefined || budget.isOver) return best;
  }
  for (const request of likelyRequests) {
    for (const key of likelyKeys) await attempt(request, plainBody, key);
    if (best !== undefined || budget.isOver) return best;
  }
  return best;

  async function attempt(
    request: RequestVariant,
    body: BodyVariant,
    key: KeyVariant,
  ): Promise<void> {
    for (const context of contexts) {
      if (!budget.takeHypothesis(body.bytes.length)) return;
      const parts = partsOf(request, context);
      let digest = digestOf(scheme, request, parts, body.bytes, key);
      if (typeof digest === "object") digest = await digest;
      if (digest === undefined) continue;
      for (const given of context.given) {
        if (!fits(given, digest)) continue;
        const mistakes = [
          ...(body.mistake === undefined ? [] : [body.mistake]),
          ...request.mistakes,
          ...key.mistakes,
          ...given.mistakes,
        ];
        if (best === undefined || mistakes.length < best.mistakes.length) {
          const { headers } = request.delivery;
          best = { mistakes, signed: { headers, parts, body: body.bytes } };
        }
      }
    }
    if (budget.turnIsOver) await budget.yieldTurn();
  }
}

/** The signature fits a body that is no form, and the content type says that it is one. */
function decodedForm({ definition }: Scheme): Mistake {
  return {
    code: "body_form_encoding",
    evidence: `The content-type says that the body is a form with the field "${definition.body?.formField?.name}". It is not, and the signature fits the body as it is: the field was decoded on the way.`,
    remedy: KEEP_THE_BYTES,
  };
}

function contextsOf(scheme: Scheme, given: readonly Given[]): Context[] {
  const usesParts =
    scheme.definition.signature.signedContent !== undefined ||
    scheme.segments.some(({ kind }) => kind === "part");
  const contexts = new Map<string, Context & { readonly given: Given[] }>();
  for (const one of given) {
    const name = usesParts ? JSON.stringify([...one.parts]) : "";
    const context = contexts.get(name);
    if (context !== undefined) context.given.push(one);
    else if (contexts.size < MAX_CONTEXTS) contexts.set(name, { parts: one.parts, given: [one] });
  }
  return [...contexts.values()];
}

function partsOf({ part }: RequestVariant, { parts }: Context): ReadonlyMap<string, string> {
  return part === undefined ? parts : new Map([...parts, [part.name, part.text]]);
}

/** Lower-case hex; undefined where something that is signed is not there. */
function digestOf(
  scheme: Scheme,
  { delivery, options, scheme: signed = scheme }: RequestVariant,
  parts: ReadonlyMap<string, string>,
  body: Uint8Array,
  { key }: KeyVariant,
): string | undefined | Promise<string | undefined> {
  try {
    const content = contentOf({
      scheme: signed,
      delivery,
      group: { parts },
      body,
      publicUrl: options.publicUrl,
    });
    if (content instanceof Promise) {
      return content.then((ready) => ready && backend.hmac(key, ready, "hex"));
    }
    return content && backend.hmac(key, content, "hex");
  } catch {
    // The delivery has no URL or method; the report says so by itself.
    return undefined;
  }
}

function fits({ digest }: Given, right: string): boolean {
  return backend.equal(right.slice(0, digest.length), digest);
}
