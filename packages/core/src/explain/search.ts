import type { Scheme } from "../scheme/scheme.ts";
import { bodyVariants } from "./body/bodies.ts";
import { bodyMistake, type BodyVariant, type TriedBody } from "./body/body-variant.ts";
import type { Budget } from "./budget.ts";
import type { FindingCode } from "./finding.ts";
import { type KeyVariant, keyVariants } from "./keys.ts";
import { OtherProviders } from "./other-providers.ts";
import { type Match, Probe } from "./probe.ts";
import { type RequestVariant, requestVariants } from "./requests.ts";
import type { SearchTask } from "./search-task.ts";
import { signedStretch } from "./signed-stretch.ts";

/** Of each kind this many are combined with the others; of bodies that are changed alike fewer, so that every change is among them. */
const LIKELY_BODIES = 100;
const LIKELY_ALIKE = 32;
const LIKELY_KEYS = 30;
const LIKELY_REQUESTS = 20;
/** A large body must leave something to all: these shares of the bytes may be spent by then, beyond the first few tries. */
const SHARE_OF_KEYS = 0.15;
const SHARE_OF_REQUESTS = 0.3;
const SHARE_OF_BODIES = 0.8;
const ALWAYS_TRIED = 5;

/** One thing that may be wrong beside the body. */
type Try = (body: TriedBody) => Promise<unknown>;

/**
 * Looks for mistakes that, undone, make one of the given signatures right: single ones first, then pairs, the likeliest first. What is
 * reported really verifies.
 */
export async function search(task: SearchTask, budget: Budget): Promise<Match | undefined> {
  const run = new Search(task, budget);
  for (const phase of [
    () => run.asItIs(),
    () => run.keys(),
    () => run.otherProvider(),
    () => run.requests(),
    () => run.bodies(),
  ]) {
    await phase();
    if (run.isDone) break;
  }
  if (run.found === undefined) await run.pairs();
  await run.nameProvider();
  return run.found;
}

class Search {
  readonly #task: SearchTask;
  readonly #budget: Budget;
  readonly #probe: Probe;
  readonly #providers: OtherProviders;
  readonly #request: RequestVariant;
  /** The body as it was received; before it the field of a form that is signed in its place. */
  readonly #received: readonly Uint8Array[];
  readonly #body: TriedBody;
  readonly #plainKeys: readonly KeyVariant[];
  readonly #otherKeys: readonly KeyVariant[];
  readonly #likelyBodies: TriedBody[] = [];
  readonly #likelyRequests: RequestVariant[] = [];
  #otherProvider: Match | undefined;

  constructor(task: SearchTask, budget: Budget) {
    const { scheme, options, delivery, body, secrets, nowMs } = task;
    this.#task = task;
    this.#budget = budget;
    this.#probe = new Probe(scheme, delivery.headers, body, budget);
    this.#providers = new OtherProviders(task, budget);
    this.#request = { delivery, options, mistakes: [] };
    const stretch = signedStretch(scheme, delivery.headers, body);
    this.#received = stretch === undefined || stretch === body ? [body] : [stretch, body];
    const variant = stretch === undefined ? decodedForm(scheme, body) : undefined;
    this.#body = { bytes: stretch ?? body, variant };
    const keys = keyVariants(scheme, secrets, nowMs);
    this.#plainKeys = keys.filter(({ mistakes }) => mistakes.length === 0);
    this.#otherKeys = keys.filter(({ mistakes }) => mistakes.length > 0);
  }

  get found(): Match | undefined {
    return this.#otherProvider ?? this.#probe.best;
  }

  get isDone(): boolean {
    return this.#otherProvider !== undefined || this.#probe.isDone;
  }

  /** As it is, all that can be wrong is how the signature is written. */
  async asItIs(): Promise<void> {
    await this.#probe.try(this.#request, this.#body, this.#plainKeys);
  }

  /** A preset tells more than the name of its header does. */
  async nameProvider(): Promise<void> {
    const { mistakes = [], signed } = this.found ?? {};
    if (signed === undefined || !mistakes.some(({ code }) => code === "signature_header")) return;
    const mistake = await this.#providers.find(signed.body);
    if (mistake === undefined) return;
    const ofBody = mistakes.filter(({ code }) => code.startsWith("body_"));
    this.#otherProvider = { mistakes: [...ofBody, mistake], signed: undefined };
  }

  async keys(): Promise<void> {
    for (const [index, key] of this.#otherKeys.entries()) {
      if (index >= ALWAYS_TRIED && this.#budget.isSpentBy(SHARE_OF_KEYS)) return;
      await this.#probe.try(this.#request, this.#body, [key]);
      if (this.#probe.isDone) return;
    }
  }

  async otherProvider(
    body: TriedBody = { bytes: this.#task.body, variant: undefined },
  ): Promise<void> {
    const mistake = await this.#providers.find(body.bytes);
    if (mistake === undefined) return;
    const { variant } = body;
    const changed = variant && bodyMistake(variant, body.bytes, this.#task.body);
    const mistakes = changed === undefined ? [mistake] : [changed, mistake];
    this.#otherProvider = { mistakes, signed: undefined };
  }

  async requests(): Promise<void> {
    const { scheme, options, delivery } = this.#task;
    let tried = 0;
    for (const parts of this.#probe.parts) {
      for (const request of requestVariants(scheme, options, delivery, parts)) {
        if (tried++ >= ALWAYS_TRIED && this.#budget.isSpentBy(SHARE_OF_REQUESTS)) return;
        if (this.#likelyRequests.length < LIKELY_REQUESTS) this.#likelyRequests.push(request);
        await this.#probe.try(request, this.#body, this.#plainKeys);
        if (this.#probe.isDone) return;
      }
    }
  }

  async bodies(): Promise<void> {
    const alike = new Map<FindingCode, number>();
    if (this.#probe.parts.length === 0 && !this.#providers.areThere) return;
    for await (const body of bodyVariants(this.#received, this.#budget)) {
      const isNew = await this.#probe.try(this.#request, body, this.#plainKeys);
      const count = alike.get(body.variant.code) ?? 0;
      if (isNew && count < LIKELY_ALIKE && this.#likelyBodies.length < LIKELY_BODIES) {
        alike.set(body.variant.code, count + 1);
        this.#likelyBodies.push(body);
      }
      if (this.#probe.isDone || this.#budget.isOver) return;
      if (this.#budget.isSpentBy(SHARE_OF_BODIES)) return;
    }
  }

  async pairs(): Promise<void> {
    const keys = this.#otherKeys.slice(0, LIKELY_KEYS);
    const tryWith =
      (request: RequestVariant, these: readonly KeyVariant[]): Try =>
      (body) =>
        this.#probe.try(request, body, these);
    const byKey = keys.map((key) => tryWith(this.#request, [key]));
    const byRequest = this.#likelyRequests.map((request) => tryWith(request, this.#plainKeys));
    const byProvider = this.#providers.areThere
      ? [(body: TriedBody) => this.otherProvider(body)]
      : [];
    const others = byKey.flatMap((one, i) => [one, ...byRequest.slice(i, i + 1)]);
    others.push(...byRequest.slice(byKey.length));
    for (const [body, tryIt] of pairsOf(this.#likelyBodies, [...byProvider, ...others])) {
      await tryIt(body);
      if (this.found !== undefined || this.#budget.isOver) return;
    }
    for (const [request, key] of pairsOf(this.#likelyRequests, keys)) {
      await this.#probe.try(request, this.#body, [key]);
      if (this.found !== undefined || this.#budget.isOver) return;
    }
  }
}

/** Describes a body that is no form, though the content type says so: its field was decoded on the way. */
function decodedForm({ definition }: Scheme, content: Uint8Array): BodyVariant {
  return {
    code: "body_form_encoding",
    content,
    evidence: `The content-type says that the body is a form with the field "${definition.body?.formField?.name}". It is not, and the signature fits the body as it is: the field was decoded on the way.`,
  };
}

/** Returns all pairs, those of what comes first in both lists first. */
function* pairsOf<A, B>(as: readonly A[], bs: readonly B[]): Generator<readonly [A, B]> {
  for (let sum = 0; sum < as.length + bs.length - 1; sum++) {
    for (const [i, a] of as.slice(0, sum + 1).entries()) {
      const b = bs[sum - i];
      if (b !== undefined) yield [a, b];
    }
  }
}
