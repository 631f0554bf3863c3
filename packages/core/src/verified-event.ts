import type { WebhookEvent } from "./event.ts";
import { type IdentityFacts, identityOf } from "./identity.ts";
import type { EventFact, Scheme } from "./scheme.ts";

/** What an event is made of. */
export interface EventFacts extends IdentityFacts {
  readonly scheme: Scheme;
  readonly timestamp: Date | undefined;
  readonly body: unknown;
  readonly secretId: string | undefined;
}

/**
 * A class, since a getter in an object literal makes V8 keep every event until the next full collection.
 * The getter is there because a key can be a digest of the whole body: it is made only for those who ask.
 */
class VerifiedEvent implements WebhookEvent {
  readonly provider: string;
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly timestamp: Date | undefined;
  readonly unsigned: readonly EventFact[];
  readonly body: unknown;
  readonly rawBody: Uint8Array;
  readonly secretId: string | undefined;
  readonly #facts: EventFacts;
  #identity: { readonly key: string | undefined } | undefined;

  constructor(facts: EventFacts, identity: { readonly key: string | undefined } | undefined) {
    const { scheme, ids, type, timestamp, body, signedBody, secretId } = facts;
    this.provider = scheme.definition.name;
    this.id = ids.length > 0 ? ids.join(",") : undefined;
    this.type = type;
    this.timestamp = timestamp;
    this.unsigned = scheme.unsigned;
    this.body = body;
    this.rawBody = signedBody;
    this.secretId = secretId;
    this.#facts = facts;
    this.#identity = identity;
  }

  get key(): string | undefined {
    // Where the backend can only promise a digest, the identity was given to the constructor.
    this.#identity ??= { key: identityOf(this.#facts.scheme, this.#facts) as string | undefined };
    return this.#identity.key;
  }
}

/** @param identity known already where it can't be computed at once */
export function createEvent(
  facts: EventFacts,
  identity?: { readonly key: string | undefined },
): WebhookEvent {
  return new VerifiedEvent(facts, identity);
}
