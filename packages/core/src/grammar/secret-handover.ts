import { bytesOf, decodeUtf8 } from "../base/bytes.ts";
import { declaredBodyBytes } from "../delivery/body-limits.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { headersOf } from "../scheme/challenge-answer.ts";
import { isToken, valueAt } from "../scheme/challenge-value.ts";
import { isSigned } from "../scheme/is-signed.ts";
import type { Grammar, Handshake, Scheme } from "../scheme/scheme.ts";

/** A body that hands a secret over is small; nobody has signed it, so no more is read. */
export const MAX_HANDOVER_BYTES = 4096;

/** Registration handshakes that hand over the secret in a first delivery. */
export const secretHandover: Pick<Grammar, "answerHandshake"> = {
  async answerHandshake(scheme, request, { readBody, bodyBytes }) {
    if (isSigned(scheme, request)) return undefined;
    // Nobody has signed it. What may be more than a secret is refused unread, like every delivery without a signature.
    const length = bodyBytes ?? declaredBodyBytes(request.headers);
    if (length === undefined || length > MAX_HANDOVER_BYTES) return undefined;
    return readHandover(scheme, { ...request, body: await readBody() });
  },
};

/**
 * Takes the secret out of a first delivery that hands it over.
 *
 * Anybody can send such a delivery. What it brings is for the operator's eyes alone: to be confirmed with the provider before it is
 * used as the secret.
 *
 * @param delivery a delivery without a signature; its body at most {@link MAX_HANDOVER_BYTES} long
 * @returns the secret and what to respond; undefined where the delivery hands nothing over
 */
export function readHandover(scheme: Scheme, delivery: Delivery): Handshake | undefined {
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
