import type { Awaitable } from "../base/awaitable.ts";
import { checkDelivery } from "./check-delivery.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { WebhookEvent } from "./event.ts";
import type { HeadersLike } from "../delivery/headers.ts";
import * as backend from "#crypto";
import { identityOf } from "./identity.ts";
import { parseBody } from "../scheme/parse-body.ts";
import { idsOf, textOf, valuesOf } from "../scheme/values.ts";
import type { FoundChallenge, Match } from "../scheme/scheme.ts";
import type { PreparedSecret } from "../secrets/secret.ts";
import type { Verification } from "./options.ts";
import { createEvent, type EventFacts } from "./verified-event.ts";

/** An event with what a receiver goes on with. */
export interface ReadEvent {
  readonly event: WebhookEvent;
  readonly facts: EventFacts;
  readonly tenant: string | undefined;
  readonly verifiableUntilMs: number | undefined;
  /** The secret that signed it. */
  readonly secret: PreparedSecret;
  /** The challenge, if this is a registration handshake rather than an event. */
  readonly challenge: FoundChallenge | undefined;
}

/** {@link checkDelivery}, then parsing. What is there already is not awaited: each promise costs about as much as a comparison. */
export async function readEvent(
  verification: Verification,
  delivery: Delivery,
): Promise<WebhookEvent> {
  const found = checkDelivery(verification, delivery);
  const match = "rawBody" in found ? found : await found;
  const read = readMatch(verification, delivery.headers, match);
  return ("event" in read ? read : await read).event;
}

/** Parses a delivery whose signature fits. */
export function readMatch(
  { scheme, toleranceMs }: Verification,
  headers: HeadersLike,
  match: Match,
): Awaitable<ReadEvent> {
  const { definition, grammar } = scheme;
  const { rawBody, secret, tenant, group, nowMs } = match;
  const body = parseBody(scheme, headers, rawBody);
  const challenge = grammar.challengeIn?.(definition, body);
  // A handshake has no id, and is nothing that could happen twice.
  const ids =
    challenge === undefined ? idsOf(scheme, valuesOf(scheme.id, body, headers, group)) : [];
  const type = textOf(valuesOf(scheme.type, body, headers, group)[0]);
  const [written] = valuesOf(scheme.timestamp, body, headers, group);
  const verifiableUntilMs =
    toleranceMs !== undefined && nowMs !== undefined && scheme.timestamp?.kind === "body"
      ? grammar.checkFreshness?.(scheme, written, toleranceMs, nowMs)
      : match.verifiableUntilMs;
  const timeMs = grammar.readTime?.(scheme, written);
  const timestamp = timeMs === undefined ? undefined : new Date(timeMs);
  const facts = {
    scheme,
    ids,
    type,
    timestamp,
    body,
    signedBody: rawBody,
    secretId: secret.id,
    tenant,
  };

  // A handshake has no key; a synchronous backend makes one only for those who ask.
  const known = challenge ? null : backend.synchronous ? undefined : identityOf(scheme, facts);
  const withKey = (key: string | null | undefined): ReadEvent => ({
    event: createEvent(facts, key),
    facts,
    tenant,
    verifiableUntilMs,
    secret,
    challenge,
  });
  return known instanceof Promise ? known.then(withKey) : withKey(known);
}
