import type { Awaitable } from "../base/awaitable.ts";
import type { ChallengeAnswer, ProviderDefinition, TimestampField } from "./definition.ts";
import type { Answer } from "../delivery/answer.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { HeadersLike } from "../delivery/headers.ts";
import type { Candidates, DigestText, HmacKey, Part } from "../hmac/backend.ts";
import type { Pointer } from "../base/json-pointer.ts";

/** A header, by its name in lower case, or a part of the signature header. */
export interface RawSource {
  readonly kind: "header" | "part";
  readonly name: string;
}

/** A field of the definition, ready to be read. */
export type Source =
  | RawSource
  | { readonly kind: "body"; readonly name: string; readonly pointer: Pointer };

/** One stretch of what a provider signs. */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "body" | "id" | "timestamp" }
  | (RawSource & {
      /** Of the id: what separates it from what follows. */
      readonly end?: string;
    })
  | { readonly kind: "method" | "url" | "path" | "query" }
  | { readonly kind: "bodyDigest"; readonly text: DigestText }
  | { readonly kind: "json"; readonly pointer: Pointer; readonly text: string };

/** The facts about an event that a provider may leave outside of its signature. */
export type EventFact = "id" | "type" | "timestamp";

/** A part that a signature may not cover: a fact, or (a part of) the body. */
export type Uncovered = EventFact | "body";

/** How signatures are checked and made where that is not HMAC-SHA256 in one of its three encodings. */
interface Algorithm {
  /** Returns the expected form in words ("20 bytes in hex"), or undefined where the text has it. */
  readonly misfit: (scheme: Scheme, candidate: string) => string | undefined;
  /** Tells whether one of the candidates is the signature of `content`. */
  matches(
    scheme: Scheme,
    key: HmacKey,
    content: readonly Part[],
    candidates: readonly string[],
  ): Awaitable<boolean>;
  /** Makes a signature as the provider would, without its prefix. */
  write(scheme: Scheme, key: HmacKey, content: readonly Part[]): Awaitable<string>;
}

/** Possible signatures of one header, without their prefix, that go with one set of parts; at least one. */
export interface SignatureGroup extends Candidates {
  readonly parts: ReadonlyMap<string, string>;
}

/** The parts from which the signed content is put together. */
export interface Signed {
  readonly scheme: Scheme;
  readonly delivery: Delivery;
  readonly group: Pick<SignatureGroup, "parts">;
  /** The bytes that `{body}` means. */
  readonly body: Uint8Array;
  readonly publicUrl?: string | ((delivery: Delivery) => string) | undefined;
}

/** A value that is to come back, and how. */
export interface FoundChallenge {
  readonly value: string;
  readonly answer: ChallengeAnswer;
}

/** The receiver's side of a registration handshake that carries no signature. */
export interface HandshakeContext {
  /** The secrets that may have signed this endpoint's deliveries; asked for only where the answer has an HMAC in it. */
  readonly secrets: () => Promise<readonly PreparedSecret[]> | readonly PreparedSecret[];
  /** The verify token that the user entered at the provider, if the provider sends one. */
  readonly verifyToken?: string | undefined;
  readonly nowMs: number;
}

/** The response to a handshake, and the secret that it handed over, for the operator to set. */
export interface Handshake {
  readonly response: Answer;
  readonly secret?: string;
}

/**
 * The functions that only some definitions need; each piece is a file of `grammar/`. A preset names the pieces that it uses, so that a bundle holds no
 * others; for what users define, `grammar/pieces-of.ts` finds them out, and the tests hold the presets to the same. A piece that is
 * missing makes deliveries fail: nothing is passed over.
 */
export interface Grammar {
  /** `signature.algorithm`, or an encoding beyond the usual three. */
  readonly algorithm?: Algorithm;
  /**
   * The keys that a configured secret stands for; undefined where they are key bytes like any others. Throws `config_invalid`, also
   * where the runtime lacks what the algorithm needs.
   */
  readonly keysOf?: (scheme: Scheme, secret: unknown) => readonly HmacKey[] | undefined;
  /** The keys to sign with, where they are others than those that verify. Throws `config_invalid`. */
  readonly signingKeysOf?: (scheme: Scheme, secret: unknown) => readonly HmacKey[] | undefined;
  /** `signature.query`, `.body` or `.formField`: the signatures there. Throws `signature_missing`, `signature_malformed`. */
  signaturesIn?(scheme: Scheme, delivery: Delivery, body: Uint8Array): readonly SignatureGroup[];
  /** The other side of {@link signaturesIn}: the message with the signature in its place. */
  readonly putSignature?: (
    scheme: Scheme,
    message: { readonly url: string | undefined; readonly body: Uint8Array },
    signature: string,
  ) => { readonly url: string } | { readonly body: Uint8Array };
  /** `signature.verify`. Throws `signature_mismatch` where the delivery is not genuine, and `timestamp_*`. */
  authenticate?(
    verification: { readonly scheme: Scheme; readonly toleranceMs: number | undefined },
    delivery: Delivery,
    body: Uint8Array,
    secrets: readonly PreparedSecret[],
    nowMs: number,
    tenant: string | undefined,
  ): Promise<Match>;
  /** `signature.list`, `.pairs` or `.positions`: the groups of a header, or what is wrong with it. */
  readHeader?(scheme: Scheme, header: string): SignatureGroup[] | string;
  /** `signature.content` or `.signedContent`; undefined where something that is signed is not there. */
  contentOf?(signed: Signed): Awaitable<Part[] | undefined>;
  /** `signature.content`, with what `{id}` and `{timestamp}` stand for. */
  parseTemplate?(
    template: string,
    id: Source | undefined,
    timestamp: Source | undefined,
  ): readonly Segment[];
  /** Another likely cause, beside secret and body, for the message of `signature_mismatch`: a sentence with a space behind it. */
  readonly hint?: string;
  /** `{method}`, `{url}`, `{path}` and `{query}`. */
  requestText?(kind: "method" | "url" | "path" | "query", signed: Signed): string;
  /** `{json:/pointer}`: its text as UTF-8; undefined where there is not exactly one. */
  jsonText?(pointer: Pointer, signed: Signed): Uint8Array | undefined;
  /** Headers of `requires`. Throws `signature_malformed`. */
  readonly checkRequiredHeaders?: (scheme: Scheme, headers: HeadersLike) => void;
  /** Parts of `requires`. */
  hasRequiredParts?(scheme: Scheme, group: SignatureGroup): boolean;
  /** A signed time in a header. Throws `timestamp_missing`. */
  checkTimeHeader?(scheme: Scheme, headers: HeadersLike): void;
  /** How far a signed time may be from now, in milliseconds; undefined where nothing limits it. Throws `config_invalid`. */
  toleranceMs?(
    provider: string,
    field: TimestampField,
    givenSeconds: number | undefined,
  ): number | undefined;
  /** Returns until when the delivery verifies, in milliseconds since 1970. Throws `timestamp_*`. */
  readonly checkFreshness?: (
    scheme: Scheme,
    written: unknown,
    toleranceMs: number,
    nowMs: number,
  ) => number;
  /** `timestamp`, in milliseconds since 1970; undefined where nothing stands there that can be read. */
  readTime?(scheme: Scheme, written: unknown): number | undefined;
  /** `body.formField`: the decoded value that is signed, where the body is a form. Throws `signature_mismatch`. */
  signedField?(definition: ProviderDefinition, headers: HeadersLike, body: Uint8Array): Uint8Array;
  /** `body`, where it is not plain JSON. Throws `body_malformed`. */
  parseBody?(definition: ProviderDefinition, headers: HeadersLike, verified: Uint8Array): unknown;
  /** `secret`: the key bytes that a configured text stands for. Throws `config_invalid`. */
  decodeSecret?(definition: ProviderDefinition, text: string): Uint8Array[];
  /** `challenge` in a body; undefined where this is an event like any other. Throws `body_malformed`. */
  challengeIn?(definition: ProviderDefinition, body: unknown): FoundChallenge | undefined;
  /** `challenge.token`: true where the verify token in that parameter is the user's. Throws `signature_mismatch` where it is not. */
  checkVerifyToken?(
    scheme: Scheme,
    parameter: string,
    shown: string | undefined,
    context: HandshakeContext,
  ): Promise<true>;
  /**
   * `challenge` without a signature; undefined where this is a delivery like any other. Throws `signature_mismatch` for a wrong verify
   * token, `secret_unavailable`, and what reading a body throws.
   */
  answerHandshake?(
    scheme: Scheme,
    request: Pick<Delivery, "method" | "url" | "headers">,
    context: HandshakeContext & {
      /** The length of the body, where it is known before the body is read. */
      readonly bodyBytes: number | undefined;
      readonly readBody: () => Awaitable<Uint8Array>;
    },
  ): Awaitable<Handshake | undefined>;
}

/** A secret ready to verify with. */
export interface PreparedSecret {
  readonly key: HmacKey;
  readonly id: string | undefined;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A delivery whose signature is right, with what the parser goes on with. */
export interface Match {
  /** The bytes that were verified. */
  readonly rawBody: Uint8Array;
  readonly secret: PreparedSecret;
  /** The tenant that the secret function named. */
  readonly tenant: string | undefined;
  /** Until when the delivery verifies, in milliseconds since 1970, where it expires. */
  readonly verifiableUntilMs: number | undefined;
  readonly group: SignatureGroup;
  /** The time at which it was checked; undefined where its age is not limited. */
  readonly nowMs: number | undefined;
}

/** A definition made ready: what `verify` and `sign` work from. */
export interface Scheme {
  readonly definition: ProviderDefinition;
  readonly grammar: Grammar;
  /** `signature.encoding`. */
  readonly encoding: ProviderDefinition["signature"]["encoding"];
  /** `timestamp.unit`. */
  readonly unit: TimestampField["unit"] | undefined;
  /** The signature headers in lower case; empty where the signature is elsewhere. */
  readonly headers: readonly string[];
  /** The required beginning of each signature; empty if there is none. */
  readonly prefix: string;
  /** The signed content. `{id}` and `{timestamp}` are replaced by the header or part they refer to. */
  readonly segments: readonly Segment[];
  readonly id: Source | undefined;
  readonly type: Source | undefined;
  readonly timestamp: Source | undefined;
  readonly unsigned: readonly Uncovered[];
  /** Keys that were prepared, by the secret that they were made of. */
  readonly keys: Map<string, readonly HmacKey[]>;
}
