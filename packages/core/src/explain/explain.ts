import { bytesOf } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { isHmacSha256InHeader } from "../scheme/hmac-in-header.ts";
import type { Provider } from "../scheme/provider.ts";
import type { Secrets } from "../secrets/secret.ts";
import { verificationOf, type VerifyOptions } from "../verify/options.ts";
import { Budget, type BudgetLimits } from "./budget.ts";
import { type Clock, readClock, timeMistake, writtenTime } from "./clock.ts";
import { type Finding, type Mistake, printable } from "./finding.ts";
import { mistakeOfError, observedMistakes, unreadableBodyMistake } from "./observed.ts";
import { parsedBodyMistake } from "./observed-body.ts";
import { allPresets } from "./other-providers.ts";
import { paragraph } from "./paragraph.ts";
import type { Match } from "./probe.ts";
import { failureOf, type Refusal } from "./refusal.ts";
import { remedyFor } from "./remedies.ts";
import { search } from "./search.ts";
import { configuredSecrets, isBlank, type NamedSecret, namedSecrets } from "./secrets.ts";

/** Options of {@link explain} beyond those of `verify`: what else may be looked at, and how much work may be done. */
export interface ExplainExtras extends BudgetLimits {
  /** Secrets that may have signed by mistake: the previous one, those of other endpoints, of the test mode. */
  readonly otherSecrets?: Secrets | undefined;
  /** Providers that may have sent this in place of the one in the options. Default: every preset. */
  readonly otherProviders?: readonly Provider<object>[] | undefined;
}

/** Options of {@link explain}: those of `verify`, and {@link ExplainExtras}. */
export type ExplainOptions<Events extends object = Record<string, unknown>> =
  VerifyOptions<Events> & ExplainExtras;

/** The reasons why a delivery does not verify. */
export interface Explanation {
  /** The delivery verifies; then there are no findings. */
  readonly verified: boolean;
  /** The mistakes that were found, the likeliest first; empty where no usual one explains it. */
  readonly findings: readonly Finding[];
  /** The same for people, in one paragraph. */
  readonly text: string;
  /** The work that was done, and whether the budget ended before the search did. */
  readonly searched: {
    readonly hypotheses: number;
    readonly bytes: number;
    readonly exhausted: boolean;
  };
}

/**
 * Explains why a delivery does not verify: undoes the usual mistakes one by one, and says with which of them undone the signature
 * verifies. For development; never part of a response.
 *
 * No secret, expected signature or stretch of the body is in what it returns. Secrets are named by their place and `id`; a
 * fingerprint would give a short one away to whoever reads the log.
 *
 * @param delivery as it was given to `verify`
 * @param options as they were given to `verify`; with `otherSecrets`, `otherProviders`, `maxHypotheses` (default 10,000 signatures)
 *   and `maxBytes` (default 64 MiB hashed, where written ones count three times) where needed
 * @returns findings, the likeliest first, and a paragraph for people
 * @throws `config_invalid` where the provider or a setting other than the secret can't work
 * @example
 * ```ts
 * const { text, findings } = await explain({ headers, body }, { provider: github, secret });
 * console.warn(text);
 * if (findings[0]?.code === "body_reserialized") console.warn("Put the route before the body parser.");
 * ```
 */
export async function explain<Events extends object>(
  delivery: Delivery,
  options: ExplainOptions<Events>,
): Promise<Explanation> {
  // Throws where anything but the secret is wrong.
  const { scheme, toleranceMs } = verificationOf({ ...options, secret: () => undefined });
  const verifyOptions = options as unknown as VerifyOptions<never>;
  const budget = new Budget(options);
  const failure = await failureOf(verifyOptions, delivery);
  const findings =
    failure === undefined
      ? []
      : await findingsOf(
          { scheme, toleranceMs, delivery, failure, options: verifyOptions, budget },
          options,
        );
  const { hypotheses, bytes, exhausted } = budget;
  const searched = { hypotheses, bytes, exhausted };
  const verified = failure === undefined;
  return { verified, findings, searched, text: paragraph(scheme, verified, findings, searched) };
}

async function findingsOf(
  refusal: Refusal,
  { otherSecrets, otherProviders = allPresets }: ExplainExtras,
): Promise<readonly Finding[]> {
  const { scheme, delivery, options, budget } = refusal;
  const finding =
    (confidence: Finding["confidence"]) =>
    ({ code, evidence, remedy }: Mistake): Finding => ({
      code,
      evidence,
      remedy: remedyFor(remedy, delivery.via),
      confidence,
    });
  const body = bytesOf(delivery.body);
  if (body === undefined) return [finding("observed")(parsedBodyMistake(delivery.body))];
  const clock = readClock(options.now ?? Date.now);
  const configured = await configuredSecrets(options, delivery);
  const others = otherSecrets === undefined ? [] : namedSecrets(otherSecrets, "otherSecrets", true);
  const secrets = [...configured, ...others].filter(({ secret }) => !isBlank(secret, scheme));
  const { nowMs } = clock;
  // Of signatures of another kind there is only what can be seen.
  const match = isHmacSha256InHeader(scheme)
    ? await search(
        { scheme, options, delivery, body, secrets, nowMs, providers: otherProviders },
        budget,
      )
    : undefined;
  if (match === undefined) {
    return (await observedMistakes(refusal, body, configured)).map(finding("observed"));
  }
  const mistakes = [...match.mistakes, ...mistakesOfTime(refusal, match, clock, secrets)];
  // Where the signature is right as it is, the verifier's own error says what else is wrong.
  if (mistakes.length === 0) mistakes.push(otherMistake(refusal, body));
  return mistakes.map(finding("proven"));
}

/** Says what is wrong with the delivery's time and the receiver's clock, where they count. */
function mistakesOfTime(
  { scheme, toleranceMs }: Refusal,
  { signed }: Match,
  { nowMs, mistake }: Clock,
  secrets: readonly NamedSecret[],
): Mistake[] {
  const isLimited = secrets.some(
    ({ notBeforeMs, notAfterMs }) => Number.isFinite(notBeforeMs) || Number.isFinite(notAfterMs),
  );
  const ofDelivery = signed && timeMistake(scheme, toleranceMs, writtenTime(scheme, signed), nowMs);
  const ofClock = toleranceMs !== undefined || isLimited ? mistake : undefined;
  return [ofClock, ofDelivery].filter((one) => one !== undefined);
}

/** Says what the verifier refuses in a delivery whose signature is right. */
function otherMistake(
  { scheme, delivery: { headers }, failure: { error, isAboutSecret } }: Refusal,
  body: Uint8Array,
): Mistake {
  const { requires } = scheme.definition;
  const unreadable =
    error.code === "body_malformed" ? unreadableBodyMistake(scheme, headers, body) : undefined;
  const named = unreadable ?? mistakeOfError(error, isAboutSecret, scheme);
  if (named !== undefined && (error.code !== "signature_malformed" || !requires)) return named;
  return {
    code: requires === undefined ? "signature_malformed" : "required_value",
    evidence: printable(error.message),
    remedy:
      requires === undefined
        ? "Compare the definition with the headers as they arrive."
        : "Compare `requires` in the definition with what the provider sends.",
  };
}
