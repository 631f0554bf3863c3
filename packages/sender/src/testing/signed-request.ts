import { type Provider, type Secrets, sign } from "@countersign/core";
import { unknownOptions } from "@countersign/core/adapter";
import { configError } from "../config-error.ts";
import { newEventId } from "../sender.ts";
import { fixtureTypes, type PartOf, sampleOf } from "./fixtures/fixture.ts";

/** The methods that providers send by. */
export type RequestMethod = "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT";

/** The types of a provider's events; any text where the provider says nothing about them. */
export type EventTypeOf<Events extends object> = [keyof Events] extends [never]
  ? string
  : keyof Events & string;

/** A body of one of a provider's events, or a part of it. */
export type EventBodyOf<Events extends object, Type> = Type extends keyof Events
  ? PartOf<Events[Type]>
  : object;

/** The delivery to sign, and how it is spoilt afterwards. */
export interface SignedRequestOptions<
  Events extends object = object,
  Type extends EventTypeOf<Events> = EventTypeOf<Events>,
> {
  readonly provider: Provider<Events>;
  /** One secret, or several where the provider's layout carries several signatures. */
  readonly secret: Secrets;
  /**
   * Bytes or text are sent as they are; an object as JSON, with id, type and time filled in where the provider has them in the body. Default: a
   * sample of what the provider sends (see `fixture`), or `{}` where there is none of the type.
   */
  readonly body?: Uint8Array | string | EventBodyOf<Events, NoInfer<Type>>;
  readonly id?: string;
  /** The event's type. Without a body, too, the first of `fixtureTypes(provider)`. */
  readonly type?: Type;
  /** Default: now. */
  readonly timestamp?: Date | number;
  /** Absolute. Default `http://localhost/webhooks`. */
  readonly url?: string;
  /** Default `POST`. */
  readonly method?: RequestMethod;
  /** Sends the body as the value of the provider's form field. Default false. */
  readonly form?: boolean;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Signs as if that many seconds ago; a negative number is the future. */
  readonly ageSeconds?: number;
  /** After signing: changes one character of the body, or one of each signature. Both stay well-formed. */
  readonly tamper?: "body" | "signature";
  /** After signing: takes that many bytes from the body's end. */
  readonly truncateBytes?: number;
  /**
   * Another request, of which this becomes the provider's retry: the same event with the same body, signed again at a new time.
   * (To replay a request byte by byte, send it twice.)
   */
  readonly duplicateOf?: SignedRequest;
}

/** Every option by its name; the compiler keeps the list complete. */
const OPTION_NAMES = Object.keys({
  provider: true,
  secret: true,
  body: true,
  id: true,
  type: true,
  timestamp: true,
  url: true,
  method: true,
  form: true,
  headers: true,
  ageSeconds: true,
  tamper: true,
  truncateBytes: true,
  duplicateOf: true,
} satisfies Record<keyof SignedRequestOptions, true>);

/** A signed request as plain data, as `fetch`, Fastify's `inject` and supertest take it. */
export interface SignedRequest {
  readonly url: string;
  readonly method: RequestMethod;
  readonly headers: Record<string, string>;
  /** The bytes: a Buffer, which `inject` sends as it is. */
  readonly body: Buffer;
  /**
   * The body as text, which supertest sends as it is; of a Buffer it makes JSON.
   *
   * @throws `config_invalid` where the body is not UTF-8, and text would be other bytes
   */
  readonly text: string;
  /** The signed message, for `duplicateOf`. */
  readonly message: {
    readonly body: Uint8Array | string | object;
    readonly id: string;
    readonly type: string | undefined;
    readonly eventTimestampMs: number;
    readonly form: boolean;
  };
  /** A new `Request` of the Fetch API each time. */
  toRequest(): Request;
}

/**
 * Signs a request as the provider would, for a test of the code that receives it.
 *
 * @param options what is signed, and how it is spoilt
 * @returns url, method, headers and body, also as text; `toRequest()` makes a `Request` of them
 * @throws `config_invalid` where it can't be signed, or there is nothing to spoil
 * @example
 * ```ts
 * const genuine = await signedRequest({ provider: github, secret, body: { action: "opened" }, type: "issues" });
 * const forged = await signedRequest({ provider: github, secret, body: { action: "opened" }, tamper: "body" });
 * assert.equal((await POST(genuine.toRequest())).status, 200);
 * assert.equal((await POST(forged.toRequest())).status, 401);
 * ```
 *
 * With Fastify `await app.inject(genuine)`; with supertest `await request(app).post("/github").set(genuine.headers).send(genuine.text)`.
 */
export function signedRequest<
  Events extends object,
  Type extends EventTypeOf<Events> = EventTypeOf<Events>,
>(options: SignedRequestOptions<Events, Type>): Promise<SignedRequest>;
export async function signedRequest(options: SignedRequestOptions): Promise<SignedRequest> {
  const { provider, secret, ageSeconds = 0, duplicateOf: earlier } = options;
  // Refused, where a receiver only warns: without what was meant, a test would pass for another reason.
  const [unknown] = unknownOptions(options, OPTION_NAMES);
  if (unknown !== undefined) throw configError(`signedRequest: ${unknown}`);
  const tamper: unknown = options.tamper;
  if (tamper !== undefined && tamper !== "body" && tamper !== "signature") {
    throw configError(`tamper is ${JSON.stringify(tamper)}; it must be "body" or "signature".`);
  }
  const message = messageOf(options);
  const { id, type, form } = message;
  const method = options.method ?? earlier?.method ?? "POST";
  const url = options.url ?? earlier?.url ?? "http://localhost/webhooks";
  // Signing says what is wrong with a provider that is none.
  const timeOf = (provider as Provider<object> | undefined)?.timestamp?.of;
  const timestamp =
    timeOf === "attempt"
      ? Number(options.timestamp ?? Date.now()) - ageSeconds * 1000
      : message.eventTimestampMs;
  const signed = await sign(
    { body: message.body, id, type, timestamp, url, method, form },
    { provider, secret },
  );
  const headers = { ...options.headers, ...signed.headers };
  let { body, url: sentTo = url } = signed;
  if (tamper === "body") body = withAnotherCharacter(body);
  if (tamper === "signature") {
    const { header = [], query } = provider.signature;
    for (const name of [header].flat()) {
      const value = headers[name.toLowerCase()];
      if (value !== undefined) headers[name.toLowerCase()] = withOtherSignatures(value);
    }
    if (query !== undefined) sentTo = withOtherSignatures(sentTo);
    if (signatureIsInBody(provider.signature)) {
      body = new TextEncoder().encode(withOtherSignatures(new TextDecoder().decode(body)));
    }
  }
  if (options.truncateBytes !== undefined) {
    const { truncateBytes } = options;
    if (!Number.isInteger(truncateBytes) || truncateBytes < 1 || truncateBytes > body.length) {
      throw configError(
        `truncateBytes must be a whole number from 1 to the ${body.length} bytes of the body.`,
      );
    }
    body = body.subarray(0, body.length - truncateBytes);
  }
  const bytes = Buffer.from(body);
  return {
    url: sentTo,
    method,
    headers,
    body: bytes,
    get text() {
      return textOf(bytes);
    },
    message,
    toRequest: () => new Request(sentTo, { method, headers, body: new Uint8Array(bytes) }),
  };
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString();
  if (bytes.equals(Buffer.from(text))) return text;
  throw configError("The body is not UTF-8, and as text it would be other bytes. Send body.");
}

/** A function that verifies, and names no header, finds the signature in the body. */
function signatureIsInBody({
  header,
  query,
  body,
  formField,
  verify,
}: Provider<object>["signature"]): boolean {
  if (verify !== undefined) return header === undefined && query === undefined;
  return (body ?? formField) !== undefined;
}

/** Puts together what is signed: what is given, what the earlier request had, or a sample. */
function messageOf(options: SignedRequestOptions): SignedRequest["message"] {
  const { provider, timestamp, ageSeconds = 0, duplicateOf: earlier } = options;
  const given = options.body ?? earlier?.message.body;
  let type = options.type ?? earlier?.message.type;
  if (given === undefined && provider !== undefined) type ??= fixtureTypes(provider)[0];
  const sample = type !== undefined && provider !== undefined && sampleOf(provider, type);
  return {
    body: given ?? (sample || {}),
    id: options.id ?? earlier?.message.id ?? newEventId(),
    type,
    eventTimestampMs:
      timestamp === undefined
        ? (earlier?.message.eventTimestampMs ?? Date.now() - ageSeconds * 1000)
        : Number(timestamp),
    form: options.form ?? earlier?.message.form ?? false,
  };
}

/** Changes the last letter or digit to another of its kind. */
function withAnotherCharacter(body: Uint8Array): Uint8Array {
  const changed = body.slice();
  for (let at = changed.length - 1; at >= 0; at--) {
    const character = String.fromCharCode(changed[at] ?? 0);
    if (!/[0-9A-Za-z]/.test(character)) continue;
    const other = /[0-9]/.test(character) ? (character === "1" ? "2" : "1") : "a";
    changed[at] = (other === character ? "b" : other).charCodeAt(0);
    return changed;
  }
  throw configError("The body has no letter or digit to tamper with.");
}

/** Changes the first character of everything that is as long as a signature is: of HMAC-SHA1 in base64 at least. */
function withOtherSignatures(header: string): string {
  return header.replaceAll(
    /[A-Za-z0-9+/_-]{27,}/g,
    (signature) => (signature.startsWith("0") ? "1" : "0") + signature.slice(1),
  );
}
