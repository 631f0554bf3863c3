import type { Answer } from "./answer.ts";
import {
  answerPlainChallenge,
  answerQueryChallenge,
  isSigned,
  MAX_HANDOVER_BYTES,
  readHandover,
} from "./challenge.ts";
import { declaredBodyBytes } from "../delivery/body-limits.ts";
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
  bodyBytes: number | undefined = declaredBodyBytes(source.headers),
): Promise<Answer | undefined> {
  const { verification, definition, verifyToken } = settings;
  const { challenge } = definition;
  if (challenge === undefined) return undefined;
  const { scheme, secrets = [], lookUp, now } = verification;
  if ("query" in challenge) {
    return answerQueryChallenge(scheme, source, {
      secrets: async () =>
        lookUp === undefined ? secrets : (await lookUp({ ...source, body: "" })).secrets,
      verifyToken,
      nowMs: now(),
    });
  }
  const answered = answerPlainChallenge(scheme, source);
  if (answered?.secret !== undefined) tellSecret(settings, log, answered.secret);
  if (answered !== undefined) return answered.response;
  if (!("handover" in challenge) || isSigned(scheme, source)) return undefined;
  // Nobody has signed it. What may be more than a secret is refused unread, like every delivery without a signature.
  if (bodyBytes === undefined || bodyBytes > MAX_HANDOVER_BYTES) return undefined;
  const body = await source.readBody(settings.limits);
  const handed = readHandover(scheme, { ...source, body });
  if (handed === undefined) return undefined;
  tellSecret(settings, log, handed.secret);
  return handed.response;
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
