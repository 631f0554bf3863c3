import type { Answer } from "./answer.ts";
import { bytesOf, decodeUtf8, utf8 } from "../base/bytes.ts";
import { hasHmac, isAnswerable, isToken, valueAt } from "../scheme/challenge-value.ts";
import type { ChallengeAnswer, QueryChallenge } from "../scheme/definition.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { WebhookError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import { backend } from "#crypto";
import type { HmacKey } from "../hmac/backend.ts";
import type { FoundChallenge, Scheme } from "../scheme/scheme.ts";
import { secretsInUse } from "../scheme/secrets-in-use.ts";
import type { PreparedSecret } from "../secrets/secret.ts";

/** A secret that the provider has handed over, for the operator to set, and the response to the delivery that brought it. */
export interface HandedSecret {
  readonly secret: string;
  readonly response: Answer;
}

/** The answer to an unsigned challenge. */
export interface ChallengeContext {
  /** The secrets that may have signed this endpoint's deliveries; asked for only where the answer has an HMAC in it. */
  readonly secrets: () => Promise<readonly PreparedSecret[]> | readonly PreparedSecret[];
  /** The verify token that the user entered at the provider, if the provider sends one. */
  readonly verifyToken?: string | undefined;
  readonly nowMs: number;
}

/** A body that hands a secret over is small; nobody has signed it, so no more is read. */
export const MAX_HANDOVER_BYTES = 4096;

/**
 * Answers a challenge in the query string. It carries no signature, and is answered before any body is read.
 *
 * The answer to X is an HMAC under the secret of whatever stands in the query, just as its deliveries are signed. So that nobody
 * gets a delivery signed in this way, a value that could be the body of one is not answered.
 *
 * @param delivery its method and URL count
 * @param context where secrets and the verify token come from
 * @returns what to respond; undefined where this is no challenge
 * @throws `signature_mismatch` where the verify token is not the user's; `secret_unavailable`
 */
export async function answerQueryChallenge(
  scheme: Scheme,
  delivery: Pick<Delivery, "method" | "url" | "headers">,
  context: ChallengeContext,
): Promise<Answer | undefined> {
  const { challenge } = scheme.definition;
  if (challenge === undefined || !("query" in challenge)) return undefined;
  const { method = "GET", query, equals = {}, token, answer } = challenge;
  if (delivery.method?.toUpperCase() !== method) return undefined;
  // A POST with a signature is a delivery. A GET is none in any case, and X signs its own, query and all.
  if (method === "POST" && isSigned(scheme, delivery)) return undefined;

  const parameters = parametersOf(delivery.url);
  const value = only(parameters, query);
  if (value === undefined || !isAnswerable(value)) return undefined;
  if (Object.entries(equals).some(([name, wanted]) => only(parameters, name) !== wanted))
    return undefined;
  if (token !== undefined) await checkToken(scheme, challenge, only(parameters, token), context);
  if (!hasHmac(answer)) return response(answer, value, undefined);

  if (!isToken(value)) return undefined;
  const [secret] = secretsInUse(await context.secrets(), () => context.nowMs);
  return secret && response(answer, value, secret.key);
}

/**
 * Answers a challenge that was found in the body of a verified delivery.
 *
 * @param key of the secret that the delivery was signed with
 */
export async function answerBodyChallenge(
  { value, answer }: FoundChallenge,
  key: HmacKey,
): Promise<Answer> {
  return response(answer, value, key);
}

/**
 * Takes the secret out of a first delivery that hands it over.
 *
 * Anybody can send such a delivery. What it brings is for the operator's eyes alone: to be confirmed with the provider before it is
 * used as the secret.
 *
 * @param delivery a delivery without a signature; its body at most {@link MAX_HANDOVER_BYTES} long
 * @returns the secret and what to respond; undefined where the delivery hands nothing over
 */
export function readHandover(scheme: Scheme, delivery: Delivery): HandedSecret | undefined {
  const { challenge } = scheme.definition;
  if (challenge === undefined || !("handover" in challenge)) return undefined;
  if ((delivery.method ?? "POST").toUpperCase() !== "POST" || isSigned(scheme, delivery))
    return undefined;
  const bytes = bytesOf(delivery.body);
  if (bytes === undefined || bytes.length > MAX_HANDOVER_BYTES) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(decodeUtf8(bytes));
  } catch {
    return undefined;
  }
  const secret = valueAt(body, challenge.handover);
  if (secret === undefined || !isToken(secret)) return undefined;
  return { secret, response: { status: 200, headers: headersOf("text/plain"), body: "" } };
}

/**
 * Answers a challenge in a header, or a request that only asks whether the endpoint is there.
 *
 * @returns what to respond, and the secret where the header hands one over; undefined where this is no challenge
 */
export function answerPlainChallenge(
  scheme: Scheme,
  delivery: Pick<Delivery, "method" | "headers">,
): { readonly response: Answer; readonly secret?: string } | undefined {
  const { challenge } = scheme.definition;
  if (challenge !== undefined && "probe" in challenge) {
    return delivery.method?.toUpperCase() === challenge.probe
      ? { response: { status: 200, headers: {}, body: "" } }
      : undefined;
  }
  if (challenge === undefined || !("header" in challenge)) return undefined;
  const value = headerOf(delivery.headers, challenge.header.toLowerCase());
  if (value === undefined || isSigned(scheme, delivery) || !isToken(value)) return undefined;
  const echo = { ...headersOf("text/plain"), [challenge.header.toLowerCase()]: value };
  return {
    response:
      challenge.answer === "header"
        ? { status: 200, headers: echo, body: "" }
        : plainResponse(challenge.answer, value),
    ...(challenge.handsOver && { secret: value }),
  };
}

/** Tells whether a delivery has a signature header, whatever its value. */
export function isSigned(scheme: Scheme, { headers }: Pick<Delivery, "headers">): boolean {
  return scheme.headers.some((header) => headerOf(headers, header) !== undefined);
}

function parametersOf(url = ""): URLSearchParams {
  return new URLSearchParams(/^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? "");
}

/** A parameter that is there twice says nothing. */
function only(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

async function checkToken(
  { definition: { name } }: Scheme,
  { token }: QueryChallenge,
  given: string | undefined,
  { verifyToken }: ChallengeContext,
): Promise<void> {
  if (verifyToken === undefined) {
    throw new WebhookError(
      "signature_mismatch",
      `${name} wants to register this endpoint and shows a verify token in ${token}, but there is none to compare it with. Pass verifyToken, the text that was typed in at ${name}.`,
    );
  }
  // Digests have one length, whatever is compared.
  const wanted = await backend.sha256(utf8(verifyToken), "hex");
  const shown = await backend.sha256(utf8(given ?? ""), "hex");
  if (!backend.equal(wanted, shown)) {
    throw new WebhookError(
      "signature_mismatch",
      `Somebody wants to register this endpoint as ${name} does, but ${token} is not the verifyToken. Is the same text typed in at ${name}?`,
    );
  }
}

/** Makes the answer to a challenge that does not ask for an HMAC. */
function plainResponse(answer: ChallengeAnswer, value: string): Answer {
  if (answer === "text") return { status: 200, headers: headersOf("text/plain"), body: value };
  const members = Object.entries(answer.json).map(([name, template]) => [
    name,
    template.replaceAll("{value}", () => value),
  ]);
  const body = JSON.stringify(Object.fromEntries(members));
  return { status: 200, headers: headersOf("application/json"), body };
}

async function response(
  answer: ChallengeAnswer,
  value: string,
  key: HmacKey | undefined,
): Promise<Answer> {
  if (answer === "text") return { status: 200, headers: headersOf("text/plain"), body: value };
  const digest = async (text: "hex" | "base64"): Promise<string> =>
    key === undefined ? "" : backend.hmac(key, [utf8(value)], text);
  const [hex, base64] = await Promise.all([digest("hex"), digest("base64")]);
  const members = Object.entries(answer.json).map(([name, template]) => [
    name,
    template.replaceAll(/\{(value|hmac\.hex|hmac\.base64)\}/g, (_, what: string) =>
      what === "value" ? value : what === "hmac.hex" ? hex : base64,
    ),
  ]);
  return {
    status: 200,
    headers: headersOf("application/json"),
    body: JSON.stringify(Object.fromEntries(members)),
  };
}

/** A value that came from outside goes back: no browser may take it for a page, no cache may keep it. */
function headersOf(type: "text/plain" | "application/json"): Record<string, string> {
  return {
    "content-type": type === "text/plain" ? `${type}; charset=utf-8` : type,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
}
