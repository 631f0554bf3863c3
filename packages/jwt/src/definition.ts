import type { CustomDefinition, SignedDelivery } from "@countersign/core";

/** The algorithms of RFC 7518 and RFC 8037 that a definition can allow. */
export type TokenAlgorithm =
  | "HS256"
  | "HS384"
  | "HS512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

/**
 * The place of the token.
 *
 * - `{ header, scheme }`: in a header, behind a scheme such as `Bearer`.
 * - `{ body }`: a JSON pointer into the body; with `*` there may be several, and every one must verify.
 * - `{ formField }`: the field of a form.
 * - `"body"`: the body is the token.
 */
export type TokenPlace =
  | { readonly header: string; readonly scheme?: string }
  | { readonly body: string }
  | { readonly formField: string }
  | "body";

/** The header of a token (RFC 7515, section 4), or its claims (RFC 7519, section 4). */
export type TokenFields = Readonly<Record<string, unknown>>;

/**
 * The parts of the delivery that the token proves.
 *
 * - `"payload"`: the token's payload is the event. `event.body` is the payload.
 * - `{ claim }`: a claim is the event, as JSON text. `event.body` is that.
 * - `{ bodySha256, encoding }`: a claim is the SHA-256 of the body as sent.
 * - `"body"`: a detached signature (RFC 7515, appendix F) of the body as sent.
 * - `{ detached }`: a detached signature of what the function returns: bytes of the delivery and of its headers, or undefined where the
 *   delivery lacks one of them. Name in `facts` what of id, type and timestamp is in it, beside the body.
 * - `"sender"`: who sent it, and nothing of what it says: whoever sees a token can send anything until it expires.
 */
export type TokenProof =
  | "payload"
  | { readonly claim: string }
  | { readonly bodySha256: string; readonly encoding: "hex" | "base64" | "base64url" }
  | "body"
  | {
      readonly detached: (
        delivery: SignedDelivery,
        header: (name: string) => string | undefined,
        tokenHeader: TokenFields,
      ) => Uint8Array | string | undefined;
      readonly facts?: readonly ("id" | "type" | "timestamp")[];
    }
  | "sender";

/** How a provider signs with a JWT or JWS, as data. `jwtProvider` checks it. */
export type TokenDefinition = Omit<CustomDefinition, "header" | "verify" | "sign" | "covers"> & {
  readonly token: TokenPlace;
  /** The algorithms that the provider documents. Never HMAC beside others: a public key would count as a secret. */
  readonly algorithms: readonly TokenAlgorithm[];
  readonly proves: TokenProof;
  /** The URL of the provider's key set, for `jwksKeys`. Of several, the token's `jku` must be one, to the letter. */
  readonly jwks?: string | readonly string[];
  /** The accepted values of `iss`: exactly one of these. */
  readonly issuer?: string | readonly string[];
  /** The accepted values of `aud`: it must be or contain one of these. */
  readonly audience?: string | readonly string[];
  /** Claims that must have a value, or one of several. */
  readonly claims?: Readonly<Record<string, string | boolean | readonly string[]>>;
  /** Claims that must be there. `exp` and `nbf` count wherever they are. */
  readonly requiredClaims?: readonly string[];
  /** The required `typ` of the token's header, such as `logout+jwt`. */
  readonly tokenType?: string;
  /** The header that names the key, where the provider's `kid` is not in the token. */
  readonly keyIdHeader?: string;
  /** For what the rest can't say. Returns false where the claims are not for this receiver. */
  readonly accept?: (claims: TokenFields, delivery: SignedDelivery) => boolean | Promise<boolean>;
  /** Further claims that `sign` writes into the token. */
  readonly alsoSigned?: { readonly header?: TokenFields; readonly claims?: TokenFields };
};
