import { isSame } from "../scheme/compile.ts";
import type { EventFact, Scheme, Source } from "../scheme/scheme.ts";
import { isShown } from "./algorithm.ts";
import { checkBoundaries } from "./boundaries.ts";
import type { Fail } from "./fail.ts";

/** Checks that nothing is trusted but what the signature covers. */
export function checkCoverage(scheme: Scheme, fail: Fail): void {
  const { signature } = scheme.definition;
  const isUnkeyed =
    isShown(signature) || (signature.verify !== undefined && coversNothingSent(scheme));
  if (!isUnkeyed && !coversSomeBody(scheme)) {
    throw fail(
      signature.covers === undefined
        ? "signature.content has nothing of the body in it, so anybody could send any other. Put {body} there, or what the provider signs of it."
        : 'signature.covers has nothing of the body in it, so anybody could send any other. Put "body" there, or pointers to the fields that are signed.',
    );
  }
  if (scheme.unsigned.includes("body") && coversBody(scheme)) {
    throw fail("body is marked unsigned, but the signature covers it. Take the mark away.");
  }
  for (const fact of ["id", "type", "timestamp"] as const) checkMark(scheme, fact, fail);
  checkChallengeIsCovered(scheme, fail);
  checkBoundaries(scheme, fail);
  checkDedup(scheme, isUnkeyed, fail);
}

function checkDedup(scheme: Scheme, isUnkeyed: boolean, fail: Fail): void {
  const { dedup } = scheme.definition;
  const byId = dedup === "id" || dedup === "id-or-content" || dedup === "unsigned-id";
  if (byId && scheme.id === undefined) {
    throw fail(
      `dedup is "${dedup}", but no id is defined. Say where it stands, or use dedup: "content".`,
    );
  }
  if (dedup === "unsigned-id") {
    if (isUnkeyed) return;
    throw fail(
      'dedup is "unsigned-id", which is for tokens and Basic credentials: here anybody could replay a captured delivery under a new id. Use dedup: "id" with a signed id, or "content".',
    );
  }
  if (byId && scheme.unsigned.includes("id")) {
    throw fail(
      isUnkeyed
        ? `dedup is "${dedup}", but nothing covers the id. Whoever can change it knows the secret, and could send anything anyway: accept that with dedup: "unsigned-id", or use "content".`
        : `dedup is "${dedup}", but the signature does not cover the id: anybody could replay a delivery under a new one. Use dedup: "content".`,
    );
  }
  if ((dedup === "content" || dedup === "id-or-content") && !isUnkeyed && !coversBody(scheme)) {
    throw fail(
      `dedup is "${dedup}", but the signature does not cover the whole body. Use dedup: "id" with a signed id, or "none".`,
    );
  }
}

/** Tells whether a function proves the sender, and perhaps the time, but nothing of the body. */
function coversNothingSent({ definition: { signature } }: Scheme): boolean {
  return signature.covers?.every((covered) => /^(id|type|timestamp)$/.test(covered)) === true;
}

function coversSomeBody(scheme: Scheme): boolean {
  return (
    coversBody(scheme) ||
    scheme.segments.some(({ kind }) => kind === "json") ||
    (scheme.definition.signature.covers ?? []).some((covered) => covered.startsWith("/"))
  );
}

/** `unsigned: true` must stand on exactly what the signature does not cover. */
function checkMark(scheme: Scheme, fact: EventFact, fail: Fail): void {
  const source = scheme[fact];
  if (source === undefined) return;
  const covered = covers(scheme, fact, source);
  const marked = scheme.unsigned.includes(fact);
  if (covered && marked) {
    throw fail(`${fact} is marked unsigned, but the signature covers it. Take the mark away.`);
  }
  if (!covered && !marked) {
    throw fail(
      fact === "timestamp"
        ? "the signature does not cover the timestamp, so it can't guard against replay: anybody could renew it. Put {timestamp} into signature.content if the provider signs it; if not, mark it unsigned: true, and it is informational."
        : `the signature does not cover the ${fact}, so anybody could change it. Mark it unsigned: true; it is then informational, and event.unsigned lists it.`,
    );
  }
}

function checkChallengeIsCovered(scheme: Scheme, fail: Fail): void {
  const { challenge } = scheme.definition;
  if (challenge === undefined || !("body" in challenge)) return;
  for (const [where, pointer] of [
    ["challenge.body", challenge.body],
    ["challenge.when.body", challenge.when.body],
  ] as const) {
    if (coversPointer(scheme, pointer)) continue;
    throw fail(
      `${where} is ${pointer}, which the signature does not cover: anybody could add a challenge to a delivery, and read its answer. Put {body} into signature.content, or {json:${pointer}}, as the provider signs it.`,
    );
  }
}

function coversPointer(scheme: Scheme, pointer: string): boolean {
  const covered = scheme.definition.signature.covers ?? [];
  return (
    coversBody(scheme) ||
    covered.some((one) => pointer === one || pointer.startsWith(`${one}/`)) ||
    scheme.segments.some((segment) => segment.kind === "json" && segment.text === pointer)
  );
}

/** Tells whether the signature covers the whole body. */
export function coversBody({ definition: { signature }, segments }: Scheme): boolean {
  return (
    signature.covers?.includes("body") ??
    segments.some(({ kind }) => kind === "body" || kind === "bodyDigest")
  );
}

function covers(scheme: Scheme, fact: EventFact, source: Source): boolean {
  if (scheme.definition.signature.covers?.includes(fact)) return true;
  return source.kind === "body"
    ? coversPointer(scheme, source.name)
    : scheme.segments.some((segment) => isSame(segment, source));
}
