import type { WebhookEvent } from "./event.ts";
import { type IdentityFacts, identityOf } from "./identity.ts";
import type { Scheme, Uncovered } from "../scheme/scheme.ts";

/** The parts that an event is made of. */
export interface EventFacts extends IdentityFacts {
  readonly scheme: Scheme;
  readonly timestamp: Date | undefined;
  readonly body: unknown;
  readonly secretId: string | undefined;
  readonly tenant: string | undefined;
}

/**
 * A class, since a getter in an object literal makes V8 keep every event until the next full collection.
 * The getter is there because a key can be a digest of the whole body: it is made only for those who ask.
 */
class VerifiedEvent implements WebhookEvent {
  declare readonly provider: string;
  declare readonly id: string | undefined;
  declare readonly type: string | undefined;
  declare readonly timestamp: Date | undefined;
  declare readonly unsigned: readonly Uncovered[];
  declare readonly body: unknown;
  declare readonly rawBody: Uint8Array;
  declare readonly secretId: string | undefined;
  declare readonly tenant: string | undefined;
  readonly #facts: EventFacts;
  #key: string | null | undefined;

  constructor(facts: EventFacts, key: string | null | undefined) {
    const { scheme, ids, type, timestamp, body, signedBody, secretId, tenant } = facts;
    this.provider = scheme.definition.name;
    this.id = ids.length > 1 ? ids.join(",") : ids[0];
    this.type = type;
    this.timestamp = timestamp;
    this.unsigned = scheme.unsigned;
    this.body = body;
    this.rawBody = signedBody;
    this.secretId = secretId;
    this.tenant = tenant;
    this.#facts = facts;
    this.#key = key;
  }

  get key(): string | undefined {
    // Where the backend can only promise a digest, the key was given to the constructor.
    if (this.#key === undefined) {
      this.#key = identityOf(this.#facts.scheme, this.#facts) as string | undefined;
    }
    return this.#key ?? undefined;
  }
}

/** @param key known already where it can't be computed at once; null where there is none to be computed */
export function createEvent(facts: EventFacts, key: string | null | undefined): WebhookEvent {
  return new VerifiedEvent(facts, key);
}
