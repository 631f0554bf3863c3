import type { Answer } from "../delivery/answer.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { answerTo } from "../scheme/challenge-answer.ts";
import { hasHmac, isAnswerable, isToken } from "../scheme/challenge-value.ts";
import { isSigned } from "../scheme/is-signed.ts";
import type { Grammar, HandshakeContext, Scheme } from "../scheme/scheme.ts";
import { secretsInUse } from "../scheme/secrets-in-use.ts";

/** Registration handshakes whose value is in the query string. */
export const queryChallenge: Pick<Grammar, "answerHandshake"> = {
  async answerHandshake(scheme, request, context) {
    const response = await answerQueryChallenge(scheme, request, context);
    return response && { response };
  },
};

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
  context: HandshakeContext,
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
  if (token !== undefined) {
    const shown = only(parameters, token);
    const isChecked = await scheme.grammar.checkVerifyToken?.(scheme, token, shown, context);
    if (isChecked !== true) return undefined;
  }
  if (!hasHmac(answer)) return answerTo({ value, answer }, undefined);

  if (!isToken(value)) return undefined;
  const [secret] = secretsInUse(await context.secrets(), () => context.nowMs);
  return secret && answerTo({ value, answer }, secret.key);
}

function parametersOf(url = ""): URLSearchParams {
  return new URLSearchParams(/^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? "");
}

/** A parameter that is there twice says nothing. */
function only(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
