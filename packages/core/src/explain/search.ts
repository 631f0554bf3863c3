import type { Delivery } from "../delivery.ts";
import { backend } from "#hmac";
import type { Scheme } from "../scheme.ts";
import { contentOf, signedBodyOf } from "../signed-content.ts";
import type { VerifyOptions } from "../verification.ts";
import { bodyVariants } from "./bodies.ts";
import type { BodyVariant } from "./body-variant.ts";
import type { Budget } from "./budget.ts";
import type { Mistake } from "./finding.ts";
import { type Given, givenSignatures } from "./given.ts";
import { type KeyVariant, keyVariants } from "./keys.ts";
import { type RequestVariant, requestVariants } from "./requests.ts";
import type { NamedSecret } from "./secrets.ts";

/** A signature that verifies once these mistakes are undone; none where the signature was right all along. */
export interface Match {
  readonly mistakes: readonly Mistake[];
  readonly parts: ReadonlyMap<string, string>;
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

/** Of each kind this many are combined with the others. */
const LIKELY_BODIES = 40;
const LIKELY_KEYS = 30;
const LIKELY_REQUESTS = 20;
/** Signatures with parts of their own, such as a time each. */
const MAX_CONTEXTS = 8;

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

  const asSigned = signedBodyOf(scheme, delivery.headers, task.body);
  const received =
    asSigned === undefined || asSigned === task.body ? [task.body] : [asSigned, task.body];
  const plainBody: BodyVariant = { bytes: received[0] ?? task.body, mistake: undefined };
  const plainRequest: RequestVariant = { delivery, options, mistakes: [] };

  const keys = keyVariants(scheme, secrets, nowMs);
  const plainKeys = keys.filter(({ mistakes }) => mistakes.length === 0);
  const otherKeys = keys.filter(({ mistakes }) => mistakes.length > 0);

  let best: Match | undefined;
  const isDone = (): boolean => best !== undefined && best.mistakes.length <= 1;

  // As it is: all that can be wrong is how the signature is written.
  for (const key of plainKeys) await attempt(plainRequest, plainBody, key);
  if (isDone() && best?.mistakes[0]?.code !== "signature_header") return best;

  // One thing wrong.
  for (const key of otherKeys) {
    if (isDone()) return best;
    await attempt(plainRequest, plainBody, key);
  }
  // A preset tells more than the name of its header does.
  const provider = await task.otherProviders();
  if (provider !== undefined) return { mistakes: [provider], parts: new Map() };
  if (isDone()) return best;

  const requests = contexts.flatMap(({ parts }) => [
    ...requestVariants(scheme, options, delivery, parts),
  ]);
  for (const request of requests) {
    for (const key of plainKeys) await attempt(request, plainBody, key);
    if (isDone()) return best;
  }
  const likelyBodies: BodyVariant[] = [];
  if (contexts.length > 0) {
    for await (const body of bodyVariants(received, budget)) {
      if (likelyBodies.length < LIKELY_BODIES) likelyBodies.push(body);
      for (const key of plainKeys) await attempt(plainRequest, body, key);
      if (isDone()) return best;
      if (budget.exhausted) break;
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
    if (best !== undefined || budget.exhausted) return best;
  }
  for (const request of likelyRequests) {
    for (const key of likelyKeys) await attempt(request, plainBody, key);
    if (best !== undefined || budget.exhausted) return best;
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
        if (best === undefined || mistakes.length < best.mistakes.length)
          best = { mistakes, parts };
      }
    }
    if (budget.turnIsOver) await budget.yieldTurn();
  }
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
  { delivery, options }: RequestVariant,
  parts: ReadonlyMap<string, string>,
  body: Uint8Array,
  { key }: KeyVariant,
): string | undefined | Promise<string | undefined> {
  try {
    const content = contentOf({ scheme, options }, delivery, { parts }, body);
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
