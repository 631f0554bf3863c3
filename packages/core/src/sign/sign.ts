import { toBase64, utf8 } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import * as backend from "#crypto";
import type { DigestText, Part } from "../hmac/backend.ts";
import { schemeOf } from "../scheme/compile.ts";
import type { SignedDelivery } from "../scheme/definition.ts";
import type { PreparedSecret, Scheme } from "../scheme/scheme.ts";
import { secretsInUse } from "../scheme/secrets-in-use.ts";
import { prepareSecrets } from "../secrets/secret.ts";
import { contentToSign } from "./content-to-sign.ts";
import { type Fact, factsOf } from "./facts.ts";
import { writeBody } from "./message-body.ts";
import { signCustom } from "./sign-custom.ts";
import type { SignedMessage, SignMessage, SignOptions } from "./sign-options.ts";
import { signatureHeaders } from "./signature-headers.ts";

/**
 * Signs as the provider would: the other side of `verify`, for tests and for senders.
 *
 * @param message what is delivered
 * @param options the provider that delivers it, and its secret
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
  const nowMs = (options.now ?? Date.now)();
  const secrets = signersOf(scheme, options, nowMs);
  const facts = factsOf(scheme, message, nowMs);
  const { body, signedBody, contentType } = writeBody(scheme, message, facts);
  const { headers, parts } = placesOf(scheme, facts, contentType);

  const { method = "POST", url } = message;
  const delivery: SignedDelivery = { headers, body, method, url };
  const { grammar } = scheme;
  if (grammar.authenticate !== undefined) {
    const context = { secrets: secrets.map(({ key }) => key.secret), nowMs, parts };
    return signCustom(scheme, delivery, headers, context);
  }

  const content = await contentToSign({ scheme, delivery, group: { parts }, body: signedBody });
  const signatures = await Promise.all(
    secrets.map((secret) => signatureOf(scheme, secret, content)),
  );
  return grammar.putSignature === undefined
    ? { headers: { ...headers, ...signatureHeaders(scheme, signatures, parts) }, body }
    : { headers, body, ...grammar.putSignature(scheme, { body, url }, signatures[0] ?? "") };
}

function signersOf(
  scheme: Scheme,
  { secret }: SignOptions,
  nowMs: number,
): readonly PreparedSecret[] {
  const secrets = secretsInUse(prepareSecrets(signingScheme(scheme), secret, false), () => nowMs);
  if (secrets.length > 0) return secrets;
  throw configError(`${scheme.definition.name}: no secret is valid at this time.`);
}

/** Takes the keys that sign, where those that verify are others. */
function signingScheme(scheme: Scheme): Scheme {
  const { grammar } = scheme;
  if (grammar.signingKeysOf === undefined) return scheme;
  return { ...scheme, keys: new Map(), grammar: { ...grammar, keysOf: grammar.signingKeysOf } };
}

/** Puts what is known before the signature into headers and into parts of the signature header. */
function placesOf(
  { definition: { name, requires = [] } }: Scheme,
  facts: readonly Fact[],
  contentType: string,
): { readonly headers: Record<string, string>; readonly parts: Map<string, string> } {
  const headers: Record<string, string> = { "content-type": contentType };
  const parts = new Map<string, string>();
  for (const [source, value] of facts) {
    if (value === undefined) continue;
    if (source.kind === "header") headers[source.name] = headerValue(name, source.name, value);
    if (source.kind === "part") parts.set(source.name, value);
  }
  for (const requirement of requires) {
    if ("header" in requirement) headers[requirement.header.toLowerCase()] = requirement.value;
    else parts.set(requirement.part, requirement.value);
  }
  return { headers, parts };
}

function headerValue(provider: string, header: string, value: string): string {
  if (/^[\x20-\x7e]*$/.test(value) && value.trim() === value) return value;
  throw configError(
    `${provider}: "${toBase64(utf8(value)).slice(0, 20)}..." (base64) can't be sent in the header ${header}: printable ASCII without spaces at an end can.`,
  );
}

async function signatureOf(
  scheme: Scheme,
  { key }: PreparedSecret,
  content: readonly Part[],
): Promise<string> {
  const { prefix = "", encoding } = scheme.definition.signature;
  const { algorithm } = scheme.grammar;
  const signature =
    algorithm?.write(scheme, key, content) ?? backend.hmac(key, content, encoding as DigestText);
  return prefix + (await signature);
}
