import type { Answer } from "../delivery/answer.ts";
import type { DeliverySource } from "./delivery-source.ts";
import type { ReceiverLog } from "./receiver-log.ts";
import type { Settings } from "./settings.ts";

/**
 * Answers a registration handshake that carries no signature.
 *
 * @param bodyBytes the length of the body, where it is known before the body is read
 * @returns undefined where this is a delivery like any other
 * @throws `signature_mismatch` for a wrong verify token, `secret_unavailable`, and what reading a body throws
 */
export async function answerHandshake(
  settings: Settings,
  log: ReceiverLog,
  source: DeliverySource,
  bodyBytes?: number,
): Promise<Answer | undefined> {
  const { scheme, secrets = [], lookUp, now } = settings.verification;
  if (scheme.grammar.answerHandshake === undefined) return undefined;
  const handshake = await scheme.grammar.answerHandshake(scheme, source, {
    secrets: async () =>
      lookUp === undefined ? secrets : (await lookUp({ ...source, body: "" })).secrets,
    verifyToken: settings.verifyToken,
    nowMs: now(),
    bodyBytes,
    readBody: () => source.readBody(settings.limits),
  });
  if (handshake?.secret !== undefined) tellSecret(settings, log, handshake.secret);
  return handshake?.response;
}

/** Tells whether the provider registers an endpoint by a request without a signature. */
export function hasHandshake({ verification }: Settings): boolean {
  return verification.scheme.grammar.answerHandshake !== undefined;
}

function tellSecret(
  { definition: { name }, endpoint, onSecretHandedOver }: Settings,
  log: ReceiverLog,
  secret: string,
): void {
  if (onSecretHandedOver !== undefined) {
    log.guard("onSecretHandedOver", () => onSecretHandedOver(secret));
    return;
  }
  // Without the secret itself: a log is no place for one.
  log.warnOnce({
    code: "secret_handed_over",
    message: `Somebody, most likely ${name}, has handed over the secret for the endpoint "${endpoint}". Pass onSecretHandedOver to see it, and have ${name} send it again.`,
  });
}
