import { bytesOf, kindOf, toBase64, utf8 } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { configError, isWebhookError, WebhookError } from "../base/errors.ts";
import { encodeForm } from "../delivery/form.ts";
import { backend } from "#hmac";
import type { DigestText } from "../hmac/backend.ts";
import type { Pointer } from "../base/json-pointer.ts";
import type { Provider } from "../scheme/provider.ts";
import { tokenOf } from "../grammar/template-tokens.ts";
import { missingContent } from "../scheme/signed-content.ts";
import { isSame, schemeOf } from "../scheme/compile.ts";
import type { Scheme, Signed, Source } from "../scheme/scheme.ts";
import type { SignContext, SignedDelivery } from "../scheme/definition.ts";
import { type PreparedSecret, prepareSecrets, type Secrets } from "../secrets/secret.ts";
import { formatTimestamp } from "../scheme/timestamp.ts";
import { contentOf } from "../scheme/signed-content.ts";

/** What a provider has to say. */
export interface SignMessage {
  /**
   * Bytes or text are sent as they are. An object is sent as JSON, and gets the id, type and timestamp where the provider's
   * definition has them in the body and the object has nothing there. `URLSearchParams` are sent as a form, where the provider
   * sends forms.
   */
  readonly body: Uint8Array | string | object;
  /** The event's id. Default, where the provider signs one in a header: a new `msg_…`. */
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  /** When it happened or is sent, as a `Date` or in milliseconds since 1970. Default: now. */
  readonly timestamp?: Date | number | undefined;
  /** The URL it is sent to; needed where the provider signs it. */
  readonly url?: string | undefined;
  /** Default `POST`. */
  readonly method?: string | undefined;
  /** Sends the body as the value of the provider's form field (Para and GitHub can). Default false. */
  readonly form?: boolean | undefined;
}

/** With what it is signed. */
export interface SignOptions {
  readonly provider: Provider<object>;
  /**
   * One secret, or several where the provider's layout carries several signatures (rotation without downtime). For a provider that is
   * verified by a public key: the private key.
   */
  readonly secret: Secrets;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A signed delivery, ready to be posted. */
export interface SignedMessage {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  /** The URL with the signature in its query, where the provider puts it there. */
  readonly url?: string;
}

/**
 * Signs as the provider would: the other side of `verify`, for tests and for senders.
 *
 * @param message what is said
 * @param options who says it
 * @returns headers (with the content type) and the body's exact bytes
 * @throws `config_invalid` where the provider's scheme needs something that the message has not
 * @example
 * ```ts
 * const { headers, body } = await sign({ body: { id: "evt_1" } }, { provider: github, secret });
 * await fetch(url, { method: "POST", headers, body: Buffer.from(body) });
 * ```
 */
export async function sign(message: SignMessage, options: SignOptions): Promise<SignedMessage> {
  const scheme = schemeOf(options.provider);
  const { definition } = scheme;
  const nowMs = (options.now ?? Date.now)();
  const secrets = prepareSecrets(signingScheme(scheme), options.secret, false).filter(
    ({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs <= notAfterMs,
  );
  if (secrets.length === 0)
    throw configError(`${definition.name}: no secret is valid at this time.`);

  const facts = factsOf(scheme, message, nowMs);
  const plain = bodyOf(scheme, message, facts);
  const isForm = kindOf(message.body) === "URLSearchParams";
  const field = message.form && !isForm ? definition.body?.formField : undefined;
  if (
    message.form &&
    field === undefined &&
    !["form", "auto"].includes(definition.body?.format ?? "")
  ) {
    throw configError(`${definition.name} sends no forms: leave \`form\` out.`);
  }
  const body = field === undefined ? plain : utf8(encodeForm({ [field.name]: textOf(plain) }));
  const signedBody = field?.signed === "decoded" ? plain : body;

  const headers: Record<string, string> = {
    "content-type": contentTypeOf(scheme, message.form === true || isForm),
  };
  const parts = new Map<string, string>();
  for (const [source, value] of facts) {
    if (value === undefined) continue;
    if (source.kind === "header")
      headers[source.name] = headerValue(definition.name, source.name, value);
    if (source.kind === "part") parts.set(source.name, value);
  }
  for (const requirement of definition.requires ?? []) {
    if ("header" in requirement) headers[requirement.header.toLowerCase()] = requirement.value;
    else parts.set(requirement.part, requirement.value);
  }

  const delivery: Delivery = {
    headers,
    body,
    method: message.method ?? "POST",
    url: message.url,
  };
  if (scheme.grammar.authenticate !== undefined) {
    const context = { secrets: secrets.map(({ key }) => key.secret), nowMs, parts };
    return signCustom(scheme, { ...delivery, body }, headers, context);
  }
  const signed = { scheme, delivery, group: { parts }, body: signedBody };
  const content = await contentToSign(signed);
  if (content === undefined) throw await incomplete(signed);
  const signatures = await Promise.all(
    secrets.map(async ({ key }: PreparedSecret) => {
      const { prefix = "", encoding } = definition.signature;
      const { algorithm } = scheme.grammar;
      const signature =
        algorithm?.write(scheme, key, content) ??
        backend.hmac(key, content, encoding as DigestText);
      return prefix + (await signature);
    }),
  );
  const { putSignature } = scheme.grammar;
  return putSignature === undefined
    ? { headers: { ...headers, ...signatureHeaders(scheme, signatures, parts) }, body }
    : { headers, body, ...putSignature(scheme, { body, url: message.url }, signatures[0] ?? "") };
}

/** The scheme with the keys that sign, where those that verify are others. */
function signingScheme(scheme: Scheme): Scheme {
  const { grammar } = scheme;
  const { signingKeysOf } = grammar;
  if (signingKeysOf === undefined) return scheme;
  return { ...scheme, keys: new Map(), grammar: { ...grammar, keysOf: signingKeysOf } };
}

/** Has the definition's own function sign. */
async function signCustom(
  { definition: { name, signature } }: Scheme,
  delivery: SignedDelivery,
  sentHeaders: Readonly<Record<string, string>>,
  context: SignContext,
): Promise<SignedMessage> {
  if (signature.sign === undefined) {
    throw configError(
      `${name} is verified by a function of yours, and only you know how it signs. Add \`sign\` to the definition, the other side of \`verify\`.`,
    );
  }
  const { headers, body = delivery.body, url } = await signature.sign(delivery, context);
  return {
    headers: { ...sentHeaders, ...headers },
    body: bytesOf(body) ?? delivery.body,
    ...(url !== undefined && { url }),
  };
}

/** What is signed. A value that a receiver would refuse is a mistake in the message here, and no forged signature. */
async function contentToSign(signed: Signed): Promise<Awaited<ReturnType<typeof contentOf>>> {
  try {
    return await contentOf(signed);
  } catch (error) {
    if (!isWebhookError(error) || error.code === "config_invalid") throw error;
    throw configError(
      `${signed.scheme.definition.name}: no receiver would take this message. ${error.message}`,
    );
  }
}

/** What a message lacks, and who could give it. */
async function incomplete(signed: Signed): Promise<WebhookError> {
  const { scheme } = signed;
  const { name } = scheme.definition;
  const missing = await missingContent(signed);
  if (missing === undefined) {
    return configError(
      `${name}: signature.signedContent threw for this message, or returned neither bytes nor text. Call it with a message like this one.`,
    );
  }
  const advice =
    missing.kind === "json"
      ? "Give the body text, a boolean, or a whole number below 2^53 there."
      : isSame(missing, scheme.type)
        ? "Give type."
        : "sign() writes id, type, timestamp and what requires says, and knows no other values: sign such deliveries by yourself.";
  return configError(
    `${name} signs ${tokenOf(missing, scheme)}, which the message has not. ${advice}`,
  );
}

/** Id, type and timestamp as the provider would write them, each with its place. */
function factsOf(
  scheme: Scheme,
  message: SignMessage,
  nowMs: number,
): [Source, string | undefined][] {
  const { id, type, timestamp, definition } = scheme;
  const generatedId = (): string | undefined =>
    id === undefined || id.kind === "body"
      ? undefined
      : `msg_${crypto.randomUUID().replaceAll("-", "")}`;
  const at = message.timestamp === undefined ? nowMs : Number(message.timestamp);
  if (Number.isNaN(new Date(at).getTime())) {
    throw configError(
      `${definition.name}: the timestamp is not a valid date. Give a Date, or milliseconds since 1970.`,
    );
  }
  const facts: [Source | undefined, string | undefined][] = [
    [id, message.id ?? generatedId()],
    [type, message.type],
    [timestamp, definition.timestamp && formatTimestamp(at, definition.timestamp.unit)],
  ];
  return facts.filter((fact): fact is [Source, string | undefined] => fact[0] !== undefined);
}

function bodyOf(
  scheme: Scheme,
  { body }: SignMessage,
  facts: readonly [Source, string | undefined][],
): Uint8Array {
  const bytes = bytesOf(body);
  if (bytes !== undefined) return bytes;
  const { name, body: definition, timestamp } = scheme.definition;
  const format = definition?.format ?? "json";
  const kind = kindOf(body);
  if (kind === "URLSearchParams" && (format === "form" || format === "auto")) {
    return utf8((body as URLSearchParams).toString());
  }
  // As JSON, all of these would be empty.
  if (/^(URLSearchParams|FormData|Blob|File|Map|Set|Promise|ReadableStream)$/.test(kind)) {
    throw configError(
      `${name}: a ${kind} can't be signed as ${format}. Give bytes, text, or a plain object.`,
    );
  }
  if (typeof body !== "object" || body === null) {
    throw configError(`${name}: the body to sign must be bytes, text, or an object.`);
  }
  if (format === "text" || format === "bytes") {
    throw configError(`${name} sends ${format}: pass the body as bytes or text, not as an object.`);
  }
  const filled = jsonOf(name, body);
  for (const [source, value] of facts) {
    if (source.kind !== "body" || value === undefined) continue;
    // A time in a body is a number where it is digits; JSON has numbers.
    const isNumber =
      source === scheme.timestamp && timestamp?.unit !== "iso8601" && format !== "form";
    putIfAbsent(filled, source.pointer, isNumber ? Number(value) : value);
  }
  return utf8(
    format === "form" ? encodeForm(filled as Record<string, string>) : JSON.stringify(filled),
  );
}

/** A copy as JSON has it: what has a `toJSON` is written in its own way, and what is undefined is not there. */
function jsonOf(name: string, body: object): unknown {
  try {
    return JSON.parse(JSON.stringify(body));
  } catch (cause) {
    throw new WebhookError("config_invalid", `${name}: the body can't be written as JSON.`, {
      cause,
    });
  }
}

/** Fills the place that a pointer names; `*` stands for the first element. */
function putIfAbsent(root: unknown, pointer: Pointer, value: unknown): void {
  let node = root;
  for (const [depth, written] of pointer.entries()) {
    if (typeof node !== "object" || node === null) return;
    const step = written === "*" && Array.isArray(node) ? "0" : written;
    const record = node as Record<string, unknown>;
    if (!Object.hasOwn(record, step)) {
      const next = pointer[depth + 1];
      const made = next === undefined ? value : next === "*" ? [] : {};
      Object.defineProperty(record, step, {
        value: made,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    node = record[step];
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw configError("A form field carries text: this body is not UTF-8.");
  }
}

function contentTypeOf({ definition }: Scheme, form: boolean): string {
  const format = definition.body?.format ?? "json";
  if (form || format === "form") return "application/x-www-form-urlencoded";
  if (format === "bytes") return "application/octet-stream";
  return format === "text" ? "text/plain" : "application/json";
}

function headerValue(provider: string, header: string, value: string): string {
  if (/^[\x20-\x7e]*$/.test(value) && value.trim() === value) return value;
  throw configError(
    `${provider}: "${toBase64(utf8(value)).slice(0, 20)}…" (base64) can't be sent in the header ${header}: printable ASCII without spaces at an end can.`,
  );
}

function signatureHeaders(
  scheme: Scheme,
  signatures: readonly string[],
  parts: ReadonlyMap<string, string>,
): Record<string, string> {
  const { list, pairs, positions, scheme: start = "" } = scheme.definition.signature;
  const [header = ""] = scheme.headers;
  if (list !== undefined) return { [header]: signatures.join(list) };
  if (pairs !== undefined) {
    const named = [...parts].map(([name, value]) => `${name}=${value}`);
    const signed = signatures.map((signature) => `${pairs.signature}=${signature}`);
    const values =
      pairs.groups === undefined
        ? [[...named, ...signed].join(pairs.separator)]
        : signed.map((signature) => [...named, signature].join(pairs.separator));
    return { [header]: start + values.join(pairs.groups ?? "") };
  }
  if (positions !== undefined) {
    const { names, separator, groups } = positions;
    const written = (signature = ""): string[] =>
      names.map((name) => (name === "signature" ? signature : (parts.get(name) ?? "")));
    if (groups !== undefined) {
      const values = signatures.map((signature) => written(signature).join(separator));
      return { [header]: start + values.join(groups) };
    }
    // Further signatures fit only where the last name takes all further values.
    const repeated = names.at(-1) === "signature" ? signatures.slice(1) : [];
    return { [header]: start + [...written(signatures[0]), ...repeated].join(separator) };
  }
  // One signature a header: a second secret goes into the second header, where there is one.
  return Object.fromEntries(
    scheme.headers
      .slice(0, signatures.length)
      .map((name, index) => [name, signatures[index] ?? ""]),
  );
}
