import { base64ToUrl } from "./bytes.ts";
import { parseContent, type Segment } from "./content.ts";
import type { ChallengeAnswer, Field, ProviderDefinition, TimestampField } from "./definition.ts";
import { configError, type WebhookError } from "./errors.ts";
import type { DigestText } from "./hmac/backend.ts";
import { parsePointer, type Pointer } from "./pointer.ts";

/** A field of the definition, ready to be read. */
export type Source =
  | { readonly from: "header"; readonly name: string; readonly shown: string }
  | { readonly from: "part"; readonly name: string }
  | { readonly from: "body"; readonly pointer: Pointer; readonly shown: string };

/** The facts about an event that a provider may leave outside of its signature. */
export type EventFact = "id" | "type" | "timestamp";

/** A definition, checked and made ready: what `verify` and `sign` work from. */
export interface Scheme {
  readonly definition: ProviderDefinition;
  /** The signature headers in lower case. */
  readonly headers: readonly string[];
  /** What is signed; `{id}` and `{timestamp}` have become the header or part that they stand for. */
  readonly segments: readonly Segment[];
  readonly id: Source | undefined;
  readonly type: Source | undefined;
  readonly timestamp: Source | undefined;
  /** Whether something else is signed right behind the time: then it must be plain from the time itself where it ends. */
  readonly timestampRunsOn: boolean;
  readonly unsigned: readonly EventFact[];
  /** The documented tolerance, where a signed time of the attempt guards freshness. */
  readonly defaultToleranceSeconds: number | undefined;
  /** What the backend is asked for; base64url is made of base64. */
  readonly digestText: DigestText;
  /** How long a signature is, written down. */
  readonly signatureLength: number;
}

const DEFAULT_TOLERANCE_SECONDS = 300;
const SIGNATURE_LENGTH = { hex: 64, base64: 44, base64url: 43 } as const;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const ALPHABET = {
  hex: /^[0-9a-f]+$/,
  base64: /^[A-Za-z0-9+/=]+$/,
  base64url: /^[A-Za-z0-9_-]+$/,
} as const;

const prepared = new WeakMap<ProviderDefinition, Scheme>();

/** The scheme of a provider; made once. Throws `config_invalid` where the definition contradicts itself. */
export function schemeOf(definition: ProviderDefinition): Scheme {
  let scheme = prepared.get(definition);
  if (scheme === undefined) {
    scheme = compile(definition);
    prepared.set(definition, scheme);
  }
  return scheme;
}

/** Whether a separator could be taken for a piece of a signature. */
export function isInsideSignatures(
  separator: string,
  encoding: ProviderDefinition["signature"]["encoding"],
): boolean {
  return ALPHABET[encoding].test(separator);
}

/** A digest as the provider writes it. */
export function writtenDigest(scheme: Scheme, digest: string): string {
  return scheme.definition.signature.encoding === "base64url" ? base64ToUrl(digest) : digest;
}

/** Whether an answer contains an HMAC under the secret. */
export function hasHmac(answer: ChallengeAnswer): boolean {
  return (
    answer !== "text" && Object.values(answer?.json ?? {}).some((text) => text.includes("{hmac."))
  );
}

function compile(definition: ProviderDefinition): Scheme {
  const { name, signature, timestamp } = definition;
  const fail = (message: string): WebhookError => configError(`${name}: ${message}`);

  if (typeof name !== "string" || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw configError(
      `A provider's name is 1 to 64 of a-z, 0-9 and "-", as it stands in dedup keys; this one is ${JSON.stringify(name)}.`,
    );
  }
  if (typeof signature !== "object" || signature === null) {
    throw fail("signature is missing. It says at least { header, encoding }.");
  }
  if (!Object.hasOwn(SIGNATURE_LENGTH, signature.encoding)) {
    throw fail(
      `signature.encoding is ${JSON.stringify(signature.encoding)}; it must be "hex", "base64" or "base64url".`,
    );
  }
  if (!["id", "content", "id-or-content", "none"].includes(definition.dedup)) {
    throw fail(
      'dedup is missing. Say "id" where a signed id names the event, "content" to tell events apart by their signed body, ' +
        '"id-or-content" where only some deliveries carry an id, or "none" where identical bodies are different events.',
    );
  }

  const headers = [signature.header].flat().map((header) => headerName(header, "signature.header"));
  if (headers.length === 0) throw fail("signature.header is empty.");
  checkLayout();

  const id = sourceOf(definition.id, "id");
  const type = sourceOf(definition.type, "type");
  const time = sourceOf(timestamp, "timestamp");
  checkTimestamp(timestamp);
  checkBody();
  checkSecret();
  checkRequires();
  checkLimits();
  checkChallenge();
  const segments = signature.signedContent === undefined ? resolveSegments() : [];
  if (!coversBody() && !segments.some(({ kind }) => kind === "json")) {
    throw fail(
      `${signature.signedContent ? "signature.covers" : "signature.content"} has nothing of the body in it, so anybody could send any other. Put {body} there, or what the provider signs of it.`,
    );
  }
  const unsigned = (
    [
      ["id", definition.id, id],
      ["type", definition.type, type],
      ["timestamp", timestamp, time],
    ] as const
  )
    .filter(([fact, field, source]) => isUnsigned(fact, field, source))
    .map(([fact]) => fact);

  const { dedup } = definition;
  if (dedup === "id" || dedup === "id-or-content") {
    if (id === undefined) {
      throw fail(
        `dedup is "${dedup}", but no id is defined. Say where it stands, or use dedup: "content".`,
      );
    }
    if (unsigned.includes("id")) {
      throw fail(
        `dedup is "${dedup}", but the signature does not cover the id: anybody could replay a delivery under a new one. Use dedup: "content".`,
      );
    }
  }
  if ((dedup === "content" || dedup === "id-or-content") && !coversBody()) {
    throw fail(
      `dedup is "${dedup}", but the signature does not cover the whole body. Use dedup: "id" with a signed id, or "none".`,
    );
  }

  const guards = timestamp?.of === "attempt" && !unsigned.includes("timestamp");
  return {
    definition,
    headers,
    segments,
    id,
    type,
    timestamp: time,
    timestampRunsOn: runsOn(time),
    unsigned,
    defaultToleranceSeconds: guards
      ? (timestamp.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS)
      : undefined,
    digestText: signature.encoding === "hex" ? "hex" : "base64",
    signatureLength: SIGNATURE_LENGTH[signature.encoding],
  };

  function headerName(header: unknown, where: string): string {
    if (typeof header !== "string" || !TOKEN.test(header)) {
      throw fail(`${where} is ${JSON.stringify(header)}, which is no name of a header.`);
    }
    return header.toLowerCase();
  }

  function sourceOf(field: Field | undefined, fact: EventFact): Source | undefined {
    if (field === undefined) return undefined;
    if ("header" in field) {
      return {
        from: "header",
        name: headerName(field.header, `${fact}.header`),
        shown: field.header,
      };
    }
    if ("part" in field) {
      if (signature.pairs === undefined && signature.positions === undefined) {
        throw fail(
          `${fact}.part needs a signature header with parts: signature.pairs or signature.positions.`,
        );
      }
      checkPart(field.part, `${fact}.part`);
      return { from: "part", name: field.part };
    }
    const pointer = typeof field.body === "string" ? parsePointer(field.body) : undefined;
    if (pointer === undefined) {
      throw fail(
        `${fact}.body is ${JSON.stringify(field.body)}; it must be a JSON pointer such as "/id", or give { header } or { part }.`,
      );
    }
    return { from: "body", pointer, shown: field.body };
  }

  function checkLayout(): void {
    const { list, pairs, positions } = signature;
    if ([list, pairs, positions].filter((layout) => layout !== undefined).length > 1) {
      throw fail(
        "signature has more than one of list, pairs and positions; a header has one layout.",
      );
    }
    for (const [where, separator] of [
      ["list", list],
      ["pairs.separator", pairs && (pairs.separator ?? "")],
      ["pairs.groups", pairs?.groups],
      ["positions.separator", positions && (positions.separator ?? "")],
    ] as const) {
      if (separator === "")
        throw fail(`signature.${where} is empty: what parts the header's values?`);
      // The last of positional parts is read to the end of the header, and may have it inside.
      if (
        separator !== undefined &&
        where !== "positions.separator" &&
        isInsideSignatures(separator, signature.encoding)
      ) {
        throw fail(
          `signature.${where} is "${separator}", which may stand inside of a ${signature.encoding} signature.`,
        );
      }
    }
    if (positions !== undefined && isInsideSignatures(positions.separator, signature.encoding)) {
      if (positions.names?.at(-1) !== "signature") {
        throw fail(
          `signature.positions.separator is "${positions.separator}", which may stand inside of a ${signature.encoding} signature: "signature" must be the last of positions.names.`,
        );
      }
    }
    if (signature.prefixOptional !== undefined && !signature.prefix) {
      throw fail("signature.prefixOptional is set, but there is no signature.prefix.");
    }
    if (pairs !== undefined && !pairs.signature) {
      throw fail(
        "signature.pairs.signature is missing: the name of the part that is the signature.",
      );
    }
    if (positions !== undefined && !positions.names?.includes("signature")) {
      throw fail('signature.positions.names must have one part that is called "signature".');
    }
    if (signature.scheme !== undefined && pairs === undefined && positions === undefined) {
      throw fail("signature.scheme is for pairs and positions. For a whole header use prefix.");
    }
    if (
      signature.signedContent !== undefined &&
      (signature.content !== undefined || !signature.covers)
    ) {
      throw fail(
        "signature.signedContent takes the place of content, and needs covers to say what it puts under the signature.",
      );
    }
    if (signature.covers !== undefined && signature.signedContent === undefined) {
      throw fail(
        "signature.covers is for signedContent. A content template says by itself what it covers.",
      );
    }
  }

  function checkPart(part: string, where: string): void {
    const { pairs, positions } = signature;
    if (part === (pairs?.signature ?? "signature")) {
      throw fail(`${where} is "${part}", which is the signature itself.`);
    }
    if (positions !== undefined && !positions.names.includes(part)) {
      throw fail(`${where} is "${part}", which is not among signature.positions.names.`);
    }
  }

  function checkSecret(): void {
    const { secret } = definition;
    if (secret === undefined) return;
    const { encoding, prefix, withoutPrefix, separator, ignored } = secret;
    const encodings: unknown[] = ["utf8", "hex", "base64"];
    if (!encodings.includes(encoding)) {
      throw fail(
        `secret.encoding is ${JSON.stringify(encoding)}; it must be "utf8", "hex" or "base64".`,
      );
    }
    if (withoutPrefix !== undefined && ![...encodings, "refuse"].includes(withoutPrefix)) {
      throw fail(
        `secret.withoutPrefix is ${JSON.stringify(withoutPrefix)}; it must be "utf8", "hex", "base64" or "refuse".`,
      );
    }
    if (withoutPrefix !== undefined && !prefix) {
      throw fail("secret.withoutPrefix is set, but there is no secret.prefix.");
    }
    if (separator === "") throw fail("secret.separator is empty.");
    if (ignored !== undefined && (ignored === "" || separator === undefined)) {
      throw fail(
        "secret.ignored is for the entries that secret.separator parts, and can't be empty.",
      );
    }
  }

  function checkRequires(): void {
    for (const [index, requirement] of (definition.requires ?? []).entries()) {
      const where = `requires[${index}]`;
      if (typeof requirement.value !== "string") throw fail(`${where}.value must be text.`);
      if ("header" in requirement) headerName(requirement.header, `${where}.header`);
      else if (signature.pairs === undefined && signature.positions === undefined) {
        throw fail(
          `${where}.part needs a signature header with parts: signature.pairs or signature.positions.`,
        );
      } else checkPart(requirement.part, `${where}.part`);
    }
  }

  function checkLimits(): void {
    for (const [field, value] of Object.entries(definition.delivery ?? {})) {
      const number: unknown = value;
      if (number !== undefined && !(typeof number === "number" && number >= 0)) {
        throw fail(`delivery.${field} is ${JSON.stringify(number)}; it must be a number from 0.`);
      }
    }
  }

  function checkTimestamp(field: TimestampField | undefined): void {
    if (field === undefined) return;
    if (!["seconds", "milliseconds", "iso8601", "auto"].includes(field.unit)) {
      throw fail(
        `timestamp.unit is ${JSON.stringify(field.unit)}; it must be "seconds", "milliseconds", "iso8601" or "auto".`,
      );
    }
    if (field.of !== "attempt" && field.of !== "event") {
      throw fail(
        'timestamp.of is missing. Say "attempt" for the time of this delivery (renewed on a retry), or "event" for when it happened.',
      );
    }
    const tolerance = field.toleranceSeconds;
    if (tolerance !== undefined && !(Number.isFinite(tolerance) && tolerance > 0)) {
      throw fail("timestamp.toleranceSeconds must be a number of seconds above 0.");
    }
    if (tolerance !== undefined && field.of === "event") {
      throw fail(
        'timestamp.toleranceSeconds is for times of: "attempt". The time of an event is the same on a late retry, which it would refuse; a receiver that wants that gives toleranceSeconds itself.',
      );
    }
  }

  function checkBody(): void {
    const format = definition.body?.format ?? "json";
    if (!["json", "form", "text", "bytes", "auto"].includes(format)) {
      throw fail(
        `body.format is ${JSON.stringify(format)}; it must be "json", "form", "text", "bytes" or "auto".`,
      );
    }
    const field = definition.body?.formField;
    if (field !== undefined && !(field.name && ["decoded", "encoded"].includes(field.signed))) {
      throw fail(
        'body.formField needs a name, and signed: "decoded" where the value of the field is signed, or "encoded" where the form is.',
      );
    }
    if (format === "text" || format === "bytes") {
      for (const [fact, source] of Object.entries({ id, type, timestamp: time })) {
        if (source?.from === "body")
          throw fail(`${fact} can't be in a body of the format "${format}".`);
      }
    }
  }

  function checkChallenge(): void {
    const { challenge } = definition;
    if (challenge === undefined) return;
    if ("handover" in challenge) return checkPointer(challenge.handover, "challenge.handover");
    if ("query" in challenge) {
      if (!challenge.query)
        throw fail("challenge.query is empty: the query parameter with the value.");
      if (!["GET", "POST", undefined].includes(challenge.method)) {
        throw fail('challenge.method must be "GET" or "POST".');
      }
      // Whoever asks gets an HMAC under the secret of a text of theirs. Only in JSON can such texts be told from deliveries.
      if (hasHmac(challenge.answer) && (definition.body?.format ?? "json") !== "json") {
        throw fail(
          'challenge.answer has an HMAC of what anybody puts into the query, which can be told from a signed delivery only if body.format is "json".',
        );
      }
    } else {
      checkPointer(challenge.body, "challenge.body");
      checkPointer(challenge.when?.body, "challenge.when.body");
      if (typeof challenge.when.value !== "string")
        throw fail("challenge.when.value must be text.");
    }
    checkAnswer(challenge.answer);
  }

  function checkPointer(pointer: unknown, where: string): void {
    if (typeof pointer !== "string" || parsePointer(pointer) === undefined) {
      throw fail(
        `${where} is ${JSON.stringify(pointer)}; it must be a JSON pointer such as "/challenge".`,
      );
    }
  }

  function checkAnswer(answer: ChallengeAnswer): void {
    if (answer === "text") return;
    const templates = Object.values(answer?.json ?? {}) as unknown[];
    if (templates.length === 0) {
      throw fail('challenge.answer must be "text", or { json } with at least one member.');
    }
    for (const template of templates) {
      if (
        typeof template !== "string" ||
        /[{}]/.test(template.replaceAll(/\{(?:value|hmac\.hex|hmac\.base64)\}/g, ""))
      ) {
        throw fail(
          `challenge.answer has ${JSON.stringify(template)}; there are {value}, {hmac.hex} and {hmac.base64}.`,
        );
      }
    }
  }

  /** `{id}` and `{timestamp}` become the header or part that they stand for. */
  function resolveSegments(): Segment[] {
    return parseContent(signature.content ?? "{body}", name).map((segment): Segment => {
      if (
        segment.kind === "part" &&
        signature.pairs === undefined &&
        signature.positions === undefined
      ) {
        throw fail(
          `{sig.${segment.name}} needs a signature header with parts: signature.pairs or signature.positions.`,
        );
      }
      if (segment.kind === "part") checkPart(segment.name, "{sig.…} in signature.content");
      if (segment.kind === "header") headerName(segment.name, "{header:…} in signature.content");
      if (segment.kind !== "id" && segment.kind !== "timestamp") return segment;
      const source = segment.kind === "id" ? id : time;
      if (source === undefined) {
        throw fail(`signature.content has {${segment.kind}}, but no ${segment.kind} is defined.`);
      }
      if (source.from === "body") {
        throw fail(
          `signature.content has {${segment.kind}}, which stands in the body. {body} covers it; for the field alone write {json:${source.shown}}.`,
        );
      }
      return { kind: source.from, name: source.name };
    });
  }

  function runsOn(source: Source | undefined): boolean {
    return segments.some((segment, i) => {
      const next = segments[i + 1]?.kind;
      return (
        (segment.kind === "header" || segment.kind === "part") &&
        segment.kind === source?.from &&
        segment.name === source.name &&
        next !== undefined &&
        next !== "literal"
      );
    });
  }

  function coversBody(): boolean {
    return (
      signature.covers?.includes("body") ??
      segments.some(({ kind }) => kind === "body" || kind === "bodyDigest")
    );
  }

  function covers(fact: EventFact, source: Source): boolean {
    if (signature.covers?.includes(fact)) return true;
    if (source.from === "body") {
      return coversBody() || segments.some((s) => s.kind === "json" && s.text === source.shown);
    }
    return segments.some((s) => s.kind === source.from && s.name === source.name);
  }

  function isUnsigned(
    fact: EventFact,
    field: Field | undefined,
    source: Source | undefined,
  ): boolean {
    if (field === undefined || source === undefined) return false;
    const covered = covers(fact, source);
    if (covered && field.unsigned) {
      throw fail(`${fact} is marked unsigned, but the signature covers it. Take the mark away.`);
    }
    if (!covered && !field.unsigned) {
      throw fail(
        fact === "timestamp"
          ? "the signature does not cover the timestamp, so it can't guard against replay: anybody could renew it. Put {timestamp} into signature.content if the provider signs it; if not, mark it unsigned: true, and it is informational."
          : `the signature does not cover the ${fact}, so anybody could change it. Mark it unsigned: true; it is then informational, and event.unsigned lists it.`,
      );
    }
    return !covered;
  }
}
