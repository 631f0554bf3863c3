import type { HeadersLike } from "../delivery/headers.ts";
import * as backend from "#crypto";
import type { Part } from "../hmac/backend.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { contentOf } from "../scheme/signed-content.ts";
import { bodyMistake, type TriedBody } from "./body/body-variant.ts";
import type { Budget } from "./budget.ts";
import { MIN_CUT_HEX } from "./digest-forms.ts";
import type { Mistake } from "./finding.ts";
import { type Given, givenSignatures } from "./given.ts";
import type { KeyVariant } from "./keys.ts";
import type { RequestVariant } from "./requests.ts";

/** A signature that verifies once these mistakes are undone; none where the signature was right all along. */
export interface Match {
  readonly mistakes: readonly Mistake[];
  /** The content that was signed; undefined where it is another provider's. */
  readonly signed:
    | {
        readonly headers: HeadersLike;
        readonly parts: ReadonlyMap<string, string>;
        readonly body: Uint8Array;
      }
    | undefined;
}

/** Signatures whose content is the same, by how they begin. */
interface Context {
  readonly parts: ReadonlyMap<string, string>;
  readonly given: Map<string, Given[]>;
}

/** Signatures with parts of their own, such as a time each. */
const MAX_CONTEXTS = 8;

/** Computes signatures, and looks each up among those that were given. */
export class Probe {
  /** The match with the fewest mistakes up to now. */
  best: Match | undefined;
  readonly #scheme: Scheme;
  readonly #received: Uint8Array;
  readonly #contexts: readonly Context[];
  readonly #budget: Budget;
  /** The digests up to now: contents that make the same one are the same. */
  readonly #tried = new Set<string>();

  constructor(scheme: Scheme, headers: HeadersLike, received: Uint8Array, budget: Budget) {
    this.#scheme = scheme;
    this.#received = received;
    this.#contexts = contextsOf(scheme, givenSignatures(scheme, headers));
    this.#budget = budget;
  }

  /** The parts of the headers' signatures; empty where nothing there looks like one. */
  get parts(): readonly ReadonlyMap<string, string>[] {
    return this.#contexts.map(({ parts }) => parts);
  }

  /** Nothing simpler can be found. */
  get isDone(): boolean {
    return this.best !== undefined && this.best.mistakes.length <= 1;
  }

  /**
   * Tries one content with several keys.
   *
   * @returns false where the same was tried before
   */
  async try(
    request: RequestVariant,
    body: TriedBody,
    keys: readonly KeyVariant[],
  ): Promise<boolean> {
    let isKnown = false;
    for (const context of this.#contexts) {
      const { part } = request;
      const parts = part ? new Map([...context.parts, [part.name, part.text]]) : context.parts;
      let content = contentIn(request.scheme ?? this.#scheme, request, parts, body.bytes);
      if (content instanceof Promise) content = await content;
      for (const key of content === undefined ? [] : keys) {
        if (!this.#budget.takeHypothesis(body.bytes.length)) return !isKnown;
        let digest = backend.hmac(key.key, content ?? [], "hex");
        if (typeof digest !== "string") digest = await digest;
        isKnown ||= this.#tried.has(digest);
        this.#tried.add(digest);
        for (const given of context.given.get(digest.slice(0, MIN_CUT_HEX)) ?? []) {
          if (digest.startsWith(given.digest)) this.#keep(request, body, key, given, parts);
        }
      }
    }
    if (this.#budget.turnIsOver) await this.#budget.yieldTurn();
    return !isKnown;
  }

  #keep(
    { delivery, mistakes: requestMistakes }: RequestVariant,
    { bytes, variant }: TriedBody,
    key: KeyVariant,
    given: Given,
    parts: ReadonlyMap<string, string>,
  ): void {
    const mistakes = [
      ...(variant === undefined ? [] : [bodyMistake(variant, bytes, this.#received)]),
      ...requestMistakes,
      ...key.mistakes,
      ...given.mistakes,
    ];
    if (this.best !== undefined && mistakes.length >= this.best.mistakes.length) return;
    this.best = { mistakes, signed: { headers: delivery.headers, parts, body: bytes } };
  }
}

function contextsOf(scheme: Scheme, all: readonly Given[]): Context[] {
  const usesParts =
    scheme.definition.signature.signedContent !== undefined ||
    scheme.segments.some(({ kind }) => kind === "part");
  const contexts = new Map<string, Context>();
  for (const one of all) {
    const name = usesParts ? JSON.stringify([...one.parts]) : "";
    let context = contexts.get(name);
    if (context === undefined) {
      if (contexts.size === MAX_CONTEXTS) continue;
      context = { parts: one.parts, given: new Map() };
      contexts.set(name, context);
    }
    const start = one.digest.slice(0, MIN_CUT_HEX);
    context.given.set(start, [...(context.given.get(start) ?? []), one]);
  }
  return [...contexts.values()];
}

/** Puts together what a request signs; undefined where something that is signed is not there. */
function contentIn(
  scheme: Scheme,
  { delivery, options: { publicUrl } }: RequestVariant,
  parts: ReadonlyMap<string, string>,
  body: Uint8Array,
): Part[] | undefined | Promise<Part[] | undefined> {
  try {
    const content = contentOf({ scheme, delivery, group: { parts }, body, publicUrl });
    return content instanceof Promise ? content.catch(() => undefined) : content;
  } catch {
    // The delivery has no URL or method; the report says so by itself.
    return undefined;
  }
}
