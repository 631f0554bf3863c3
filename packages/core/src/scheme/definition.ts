import type { OtherHmac, PublicKeyAlgorithm } from "../algorithms/algorithm.ts";
import type { SignatureEncoding } from "../algorithms/encodings.ts";
import type { Awaitable } from "../base/awaitable.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { TimestampUnit } from "./timestamp.ts";

/** A place in a delivery. */
export type FieldSource =
  /** A request header, by its name in any case. */
  | { readonly header: string }
  /** A named part of the signature header, as in `t=…,v1=…`, or one that {@link VerifiedBy.parts} has. */
  | { readonly part: string }
  /** A JSON pointer (RFC 6901) into the parsed body. `*` stands for every element of an array. */
  | { readonly body: string };

/** A {@link FieldSource}, marked where the signature does not cover it: it is then informational and trusted for nothing. */
export type Field = FieldSource & { readonly unsigned?: true };

/** The place, the unit and the meaning of the time. */
export type TimestampField = Field & {
  readonly unit: TimestampUnit;
  /**
   * `attempt`: the time of this delivery, renewed on each retry; guards freshness.
   * `event`: when it happened, the same on each retry; never expires a delivery unless `toleranceSeconds` is given.
   */
  readonly of: "attempt" | "event";
  /** How far the attempt time may be from now, in either direction, in seconds, as the provider documents it. Default 300. */
  readonly toleranceSeconds?: number;
};

/** How several values share the signature header. */
export type SignatureLayout = {
  /** Several signatures in a row, each behind `prefix`: `list: " "` reads `v1,… v1,…`. Items with another prefix are ignored. */
  readonly list?: string;
  /**
   * Named parts: `{ separator: ",", signature: "v1" }` reads `t=…,v1=…,v1=…`. The part named by `signature` may be repeated, no
   * other may; unknown ones are ignored. `groups` splits the header first, where each signature comes with parts of its own.
   */
  readonly pairs?: {
    readonly separator: string;
    readonly signature: string;
    readonly groups?: string;
  };
  /**
   * Parts by position: `{ separator: ",", names: ["t", "signature"] }`. One is called `signature`; the last name also
   * stands for all further values. `groups` splits the header first, where each signature comes with parts of its own:
   * `{ separator: "/", names: ["keyId", "algorithm", "signature"], groups: "," }`.
   */
  readonly positions?: {
    readonly separator: string;
    readonly names: readonly string[];
    readonly groups?: string;
  };
};

/**
 * How a provider proves that a delivery is its own.
 *
 * - `sha256` (default), `sha1`, `sha384`, `sha512`, `md5`: an HMAC with that hash. `md5` needs `node:crypto`.
 * - `ed25519`, `ecdsa-…`, `rsa-…`: a signature that a public key verifies. `secret` is then the public key.
 * - `token`: the secret itself. `basic`: the secret, `user:password`, as Basic credentials. Both cover nothing of the delivery.
 */
export type SignatureAlgorithm = "sha256" | OtherHmac | PublicKeyAlgorithm | "token" | "basic";

/** A part that a signature covers: the whole body, a field of it (as a JSON pointer), or a fact outside the body. */
export type Covered = "body" | "id" | "type" | "timestamp" | `/${string}`;

/** How a provider signs. Exactly one of `header`, `query`, `body` and `formField` says where the signature is; `verify` needs none. */
export type SignatureDefinition = SignatureLayout & {
  /** The header that carries the signature; several where any one of them is enough (a primary and a secondary key). */
  readonly header?: string | readonly string[];
  /** The query parameter that carries the signature. */
  readonly query?: string;
  /** A JSON pointer to the signature in the body. */
  readonly body?: string;
  /** The field of a form that carries the signature. */
  readonly formField?: string;
  /** Default `sha256`. */
  readonly algorithm?: SignatureAlgorithm;
  /** How the signature's bytes are written. `token` and `basic` have none. */
  readonly encoding?: SignatureEncoding;
  /** How an ECDSA signature is put into bytes. `der` (default): as OpenSSL writes it. `raw`: `r` and `s` of 32 bytes each (JOSE). */
  readonly ecdsa?: "der" | "raw";
  /** The required beginning of each signature, such as `sha256=`. */
  readonly prefix?: string;
  /** For a provider that writes its signatures with the prefix and without: both count. `sign` writes it. */
  readonly prefixOptional?: true;
  /** The beginning of a named-part or positional header, such as the `HMAC ` of an Authorization scheme. */
  readonly scheme?: string;
  /**
   * The signed content: literals and `{body}`, `{id}`, `{timestamp}`, `{method}`, `{url}`, `{path}`, `{query}`, `{header:name}`,
   * `{sig.part}`, `{bodySha256.hex}`, `{bodySha256.base64}`, `{json:/pointer}`. Default `{body}`.
   *
   * `{json:/pointer}` is one text, boolean or whole number below 2^53. Other numbers have no text of their own, since parsing
   * does not keep whether it was `10.5` or `10.50`: for those there is `signedContent`.
   */
  readonly content?: string;
  /** How the provider writes the URL that it signs, where it is not to the letter the one that it calls. */
  readonly url?: SignedUrl;
  /**
   * For what no template can say (canonical JSON, sorted query strings): returns what is signed. Needs `covers`.
   * Whatever it throws counts as a mismatch, and is told once by `process.emitWarning`. A promise is refused.
   */
  readonly signedContent?: (delivery: SignedDelivery, parts: SignedParts) => Uint8Array | string;
  /** Verifies the delivery where no grammar can: see {@link CustomVerify}. Needs `covers`. */
  readonly verify?: CustomVerify;
  /** Beside `verify`: the other side, with which `sign` and the test helpers make deliveries. */
  readonly sign?: CustomSign;
  /** Beside `verify`: reads a configured secret where the usual way does not fit, such as a key in PEM. */
  readonly readSecret?: ReadSecret;
  /** With `signedContent` or `verify`: what is under the signature. */
  readonly covers?: readonly Covered[];
};

/** How a provider writes the URL that it signs: `{url}`, `{path}` and `{query}` of the content. */
export interface SignedUrl {
  /** Characters that the provider decodes before it signs, such as `:/?@` for `%3A`, `%2F`, `%3F` and `%40`. All others stay encoded. */
  readonly decoded?: string;
  /** It signs the URL as it was registered: one that ends with the host has no slash behind it, as a `publicUrl` without one says. */
  readonly asRegistered?: true;
}

/** The delivery as `signature.signedContent` receives it: its body is bytes. */
export type SignedDelivery = Omit<Delivery, "body"> & { readonly body: Uint8Array };

/**
 * Tells whether a delivery is genuine.
 *
 * @param delivery the delivery, with its body as bytes; nothing of it is verified yet
 * @param context what it is verified with
 * @returns true if it is genuine; or an object where there is more to say; false if it is not (401)
 *
 * Compare in constant time. Whatever it throws means that it could not decide: the sender gets 503 and sends again. A `WebhookError`
 * keeps its own code and status.
 */
export type CustomVerify = (
  delivery: SignedDelivery,
  context: VerifyContext,
) => Awaitable<boolean | VerifiedBy>;

/**
 * Signs a delivery as the provider would.
 *
 * @param delivery what is sent, with id, type and timestamp in their places
 * @param context what it is signed with
 * @returns headers to add, and the body or the URL where the signature changes them
 */
export type CustomSign = (
  delivery: SignedDelivery,
  context: SignContext,
) => Awaitable<{
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly url?: string;
}>;

/**
 * Reads a configured secret when a receiver is made, or a message is signed.
 *
 * @param secret the secret as it was configured
 * @param use a key pair has one half for each
 * @returns the bytes that `context.secrets` has; undefined where it is to be read like any other
 *
 * Throw a `WebhookError` with the code `config_invalid` where it is no secret: the receiver is then not made.
 */
export type ReadSecret = (
  secret: string | Uint8Array,
  use: "verify" | "sign",
) => Uint8Array | undefined;

/** The secrets and the time that {@link CustomSign} receives. */
export interface SignContext {
  /** The secrets that `sign` gets, decoded. */
  readonly secrets: readonly Uint8Array[];
  /** The time now, in milliseconds since 1970. */
  readonly nowMs: number;
  /** The id, type and timestamp whose field is a `{ part }`, by its name: they belong into the signature. */
  readonly parts: ReadonlyMap<string, string>;
}

/** The secrets, headers and time that {@link CustomVerify} receives. */
export interface VerifyContext {
  /** The secrets in use now, decoded. */
  readonly secrets: readonly Uint8Array[];
  /** The value of a header by its name in any case, whatever the headers came as; a repeated one is joined with `", "`. */
  readonly header: (name: string) => string | undefined;
  /** The time now, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** The result of {@link CustomVerify} for a genuine delivery. */
export interface VerifiedBy {
  /** Which of `context.secrets` it was, for `event.secretId`. Default: the first. */
  readonly secret?: Uint8Array;
  /** The verified bytes, where they are not the body as sent: the claims of a token, for one. They are parsed in its place. */
  readonly body?: Uint8Array | string;
  /** Values that the signature carries, such as the claims of a token: what a field `{ part }` reads, by its name. */
  readonly parts?: ReadonlyMap<string, string>;
  /** Until when the delivery verifies, in milliseconds since 1970, where it expires. Its dedup record lives at least as long. */
  readonly verifiableUntilMs?: number;
}

/** The second argument of `signature.signedContent`: raw strings, as sent. */
export interface SignedParts {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  /** The parts of the signature header by name. */
  readonly signature: ReadonlyMap<string, string>;
  /** The value of a header by its name in any case, whatever the headers came as. */
  readonly header: (name: string) => string | undefined;
}

/** How a provider writes its secret. It is never guessed: `whsec_…` is base64 for one provider and literal text for another. */
export interface SecretDefinition {
  readonly encoding: "utf8" | "hex" | "base64";
  /** Taken off before decoding, such as `whsec_`. */
  readonly prefix?: string;
  /** For a secret that lacks `prefix`: how it is written then. Default: the same encoding. `"refuse"` makes it an error. */
  readonly withoutPrefix?: "utf8" | "hex" | "base64" | "refuse";
  /** Splits one configured text into several secrets. */
  readonly separator?: string;
  /** What to do with a text in another form, for the message that refuses it. */
  readonly otherwise?: string;
  /** The provider signs with an API key, so that a secret that looks like one is no mistake. */
  readonly isApiKey?: true;
  /** With {@link separator}: entries that begin so are passed over, such as keys of another algorithm. */
  readonly ignored?: string;
}

/** The format of the body. */
export interface BodyDefinition {
  /** Default `json`. `auto`: a form where the content type says so, else JSON. */
  readonly format?: "json" | "form" | "text" | "bytes" | "auto";
  /**
   * A form field that carries the body when the delivery is form-encoded. `signed: "decoded"`: `{body}` is the decoded value (Para);
   * `"encoded"`: `{body}` is the form as sent (GitHub).
   */
  readonly formField?: { readonly name: string; readonly signed: "decoded" | "encoded" };
  /** The signature does not cover the body, or not all of it; `event.unsigned` lists it. `defineProvider` adds the mark. */
  readonly unsigned?: true;
  /** The provider also sends deliveries without a body (by GET or DELETE): `event.body` is then undefined. */
  readonly optional?: true;
}

/** Facts that the provider documents about its deliveries. */
export interface DeliveryDefinition {
  /** Seconds until the provider gives an attempt up. */
  readonly deadlineSeconds?: number;
  /** Seconds from the first attempt to the last retry; 0 where it does not retry. */
  readonly retrySpanSeconds?: number;
  /** The statuses that it counts as success, where not every 2xx is one; the first is sent where no handler chose one and 200 is not among them. */
  readonly successStatuses?: readonly number[];
  /** It counts failed deliveries, and disables or removes an endpoint after a number of them. */
  readonly disablesEndpoint?: true;
  /** The largest body it sends, in bytes. */
  readonly maxBodyBytes?: number;
  /** It wants no body in the answers: refusals and duplicates are answered by their status alone. */
  readonly emptyAnswers?: true;
  /** The header with the delivery's own id, for logs, where it is another than that of {@link ProviderDefinition.id}. */
  readonly idHeader?: string;
  /** The place of the attempt's number, for logs. */
  readonly attempt?: AttemptField;
}

/**
 * The place where a provider counts its attempts: a header or a JSON pointer. `first`: what the first one says, 0 or 1. A header that comes
 * with retries only counts from 0.
 */
export type AttemptField = ({ readonly header: string } | { readonly body: string }) & {
  readonly first: 0 | 1;
};

/** A header, or a part of the signature header, that must have one value for the delivery to count as signed. */
export type RequiredValue = ({ readonly header: string } | { readonly part: string }) & {
  readonly value: string;
};

/**
 * The answer to a challenge: its value as plain text, or a JSON object. Each member of the object is a template of
 * `{value}`, `{hmac.hex}` and `{hmac.base64}` (the value's HMAC under the secret).
 */
export type ChallengeAnswer = "text" | { readonly json: Readonly<Record<string, string>> };

/** A value in the query string, asked for without a signature: Meta, X and Dropbox by GET, Microsoft by POST. */
export interface QueryChallenge {
  /** The query parameter with the value that is to come back. */
  readonly query: string;
  /** Default `GET`. */
  readonly method?: "GET" | "POST";
  /** Query parameters that must have one value each, such as `{ "hub.mode": "subscribe" }`. */
  readonly equals?: Readonly<Record<string, string>>;
  /** The query parameter that must be the verify token which the user has chosen. */
  readonly token?: string;
  readonly answer: ChallengeAnswer;
}

/** A value in the body of a signed delivery; it is verified like any other first: Slack, Zoom, Twitch. */
export interface BodyChallenge {
  /** JSON pointer to the value. */
  readonly body: string;
  /** The mark of a challenge: a JSON pointer, and the text at that place. */
  readonly when: { readonly body: string; readonly value: string };
  readonly answer: ChallengeAnswer;
}

/** A first delivery without a signature that hands over the secret which signs all later ones: Notion. */
export interface SecretHandover {
  /** JSON pointer to the secret. */
  readonly handover: string;
}

/** A request without a signature that only asks whether the endpoint is there, and is answered with 200: Trello, Mandrill. */
export interface ProbeChallenge {
  readonly probe: "HEAD" | "GET";
}

/** A header without a signature whose value is to come back: Asana, Clio. */
export interface HeaderChallenge {
  /** The header with the value. */
  readonly header: string;
  /** `header`: the same header in the answer. `text`: the answer's body. Or JSON, with `{value}` in it. */
  readonly answer: "header" | ChallengeAnswer;
  /** The value is the secret that signs all later deliveries; `onSecretHandedOver` gets it. */
  readonly handsOver?: true;
}

/** How the provider makes sure of an endpoint when it is registered. */
export type ChallengeDefinition =
  | QueryChallenge
  | BodyChallenge
  | SecretHandover
  | ProbeChallenge
  | HeaderChallenge;

/** How a provider signs and what its deliveries carry, as data. {@link defineProvider} checks it. */
export interface ProviderDefinition {
  /** Short, lower case: names the provider in errors and, unless `endpoint` is given, in dedup keys. */
  readonly name: string;
  /** The page that documents the scheme. */
  readonly docs?: string;
  readonly signature: SignatureDefinition;
  /** Default: UTF-8 text. */
  readonly secret?: SecretDefinition;
  readonly timestamp?: TimestampField;
  readonly id?: Field;
  readonly type?: Field;
  readonly body?: BodyDefinition;
  readonly requires?: readonly RequiredValue[];
  readonly challenge?: ChallengeDefinition;
  /**
   * How events are told apart. `id`: a signed id names the event. `content`: by a digest of the signed body.
   * `id-or-content`: by the id, where some kinds of delivery carry one, else by content.
   * `unsigned-id`: for `token` and `basic` alone, by an id that nothing covers. Whoever can change it knows the token, and could send
   * anything anyway.
   * `none`: identical bodies are different events; no record is kept.
   */
  readonly dedup: "id" | "content" | "id-or-content" | "unsigned-id" | "none";
  readonly delivery?: DeliveryDefinition;
}

/** A provider whose deliveries are verified by a function of the user's own. */
export type CustomDefinition = Omit<ProviderDefinition, "signature"> & {
  /** The header without which no delivery is genuine: one that lacks it is refused before its body is read. */
  readonly header?: string;
  readonly verify: CustomVerify;
  readonly sign?: CustomSign;
  readonly readSecret?: ReadSecret;
  /** The parts that `verify` proves. All others are listed in `event.unsigned`. */
  readonly covers: readonly Covered[];
};
