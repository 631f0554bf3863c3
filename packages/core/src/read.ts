import type { Answer } from "./answer.ts";
import { after, type Awaitable } from "./awaitable.ts";
import { answerBodyChallenge } from "./challenge.ts";
import { checkDelivery, type Match, type SignatureGroups } from "./check.ts";
import type { Delivery } from "./delivery.ts";
import type { WebhookEvent } from "./event.ts";
import { assertFresh } from "./freshness.ts";
import type { HeadersLike } from "./headers.ts";
import { backend } from "#hmac";
import { identityOf } from "./identity.ts";
import { idsOf, parseBody, textOf, timeOf, valuesOf } from "./parse.ts";
import type { Source } from "./scheme.ts";
import { type Verification } from "./verification.ts";
import { createEvent, type EventFacts } from "./verified-event.ts";

/** An event with what a receiver goes on with. */
export interface ReadDelivery {
  readonly event: WebhookEvent;
  readonly facts: EventFacts;
  readonly tenant: string | undefined;
  readonly verifiableUntilMs: number | undefined;
  /** What to respond, where this is a registration handshake and no event. */
  readonly challenge: Answer | undefined;
}

/** {@link checkDelivery}, then parsing. */
export function readDelivery(
  verification: Verification,
  delivery: Delivery,
  groups?: SignatureGroups,
): Awaitable<ReadDelivery> {
  return after(checkDelivery(verification, delivery, groups), (match) =>
    readMatch(verification, delivery.headers, match),
  );
}

function readMatch(
  verification: Verification,
  headers: HeadersLike,
  match: Match,
): Awaitable<ReadDelivery> {
  const { scheme } = verification;
  const { definition } = scheme;
  const body = parseBody(definition, headers, match.rawBody);
  if (definition.challenge === undefined) {
    return readEvent(verification, headers, match, body, undefined);
  }
  return after(answerBodyChallenge(scheme, body, match.secret.key), (challenge) =>
    readEvent(verification, headers, match, body, challenge),
  );
}

function readEvent(
  verification: Verification,
  headers: HeadersLike,
  match: Match,
  body: unknown,
  challenge: Answer | undefined,
): Awaitable<ReadDelivery> {
  const { scheme, toleranceMs } = verification;
  const { definition } = scheme;
  const { rawBody, secretId, tenant, group, nowMs } = match;
  const read = (source: Source | undefined): unknown[] =>
    valuesOf(source, body, headers, group.parts);
  // A handshake has no id, and is nothing that could happen twice.
  const ids = challenge === undefined ? idsOf(scheme, read(scheme.id)) : [];
  const type = textOf(read(scheme.type)[0]);
  const [written] = read(scheme.timestamp);

  let { verifiableUntilMs } = match;
  if (toleranceMs !== undefined && scheme.timestamp?.from === "body") {
    verifiableUntilMs = assertFresh(verification, written, nowMs);
  }

  const timestamp = timeOf(written, definition.timestamp);
  const facts = { scheme, ids, type, timestamp, body, signedBody: rawBody, secretId };
  const readAs = (event: WebhookEvent): ReadDelivery => ({
    event,
    facts,
    tenant,
    verifiableUntilMs,
    challenge,
  });
  if (challenge !== undefined) return readAs(createEvent(facts, { key: undefined }));
  if (backend.synchronous) return readAs(createEvent(facts));
  return after(identityOf(scheme, facts), (key) => readAs(createEvent(facts, { key })));
}
