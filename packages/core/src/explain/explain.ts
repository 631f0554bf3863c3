import { bytesOf } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { isWebhookError, type WebhookError } from "../base/errors.ts";
import { parseBody } from "../scheme/parse-body.ts";
import { isHmacSha256InHeader } from "../scheme/hmac-in-header.ts";
import { valuesOf } from "../scheme/values.ts";
import type { Provider } from "../scheme/provider.ts";
import type { Secrets } from "../secrets/secret.ts";
import { readEvent } from "../verify/read-event.ts";
import { type Verification, verificationOf, type VerifyOptions } from "../verify/options.ts";
import { otherAlgorithms } from "./algorithms.ts";
import { Budget, type BudgetLimits } from "./budget.ts";
import { readClock, timeMistakes } from "./clock.ts";
import { type Finding, type Mistake, printable } from "./finding.ts";
import {
  bodyMistakes,
  missingContentMistake,
  unreadableBodyMistake,
  missingParts,
  mistakenSecrets,
  mistakeOfError,
  parsedBodyMistake,
  unknownSecretMistake,
} from "./observed.ts";
import { allPresets, otherProvider } from "./other-providers.ts";
import { remedyFor } from "./remedies.ts";
import { paragraph } from "./paragraph.ts";
import { type Match, search } from "./search.ts";
import { configuredSecrets, isBlank, namedSecrets } from "./secrets.ts";

/** What {@link explain} may look at beyond the options of `verify`, and how much work it may do. */
export interface ExplainExtras extends BudgetLimits {
  /** Secrets that may have signed by mistake: the previous one, those of other endpoints, of the test mode. */
  readonly otherSecrets?: Secrets | undefined;
  /** Providers that may have sent this in place of the one in the options. Default: every preset. */
  readonly otherProviders?: readonly Provider<object>[] | undefined;
}

/** Options of {@link explain}: those of `verify`, and {@link ExplainExtras}. */
export type ExplainOptions<Events extends object = Record<string, unknown>> =
  VerifyOptions<Events> & ExplainExtras;

/** Why a delivery does not verify. */
export interface Explanation {
  /** Whether it verifies; then there are no findings. */
  readonly verified: boolean;
  /** What went wrong, the likeliest first; empty where no usual mistake explains it. */
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
 * Why a delivery does not verify: undoes the usual mistakes one by one, and says with which of them undone the signature
 * verifies. For development; never part of a response.
 *
 * No secret, expected signature or stretch of the body is in what it returns. Secrets are named by their place and `id`; a
 * fingerprint would give a short one away to whoever reads the log.
 *
 * @param delivery as it was given to `verify`
 * @param options as they were given to `verify`; with `otherSecrets`, `otherProviders`, `maxHypotheses` (default 10,000 signatures)
 *   and `maxBytes` (default 64 MiB written and hashed) where needed
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
  // Whether everything but the secret is right.
  const { scheme, toleranceMs } = verificationOf({ ...options, secret: () => undefined });
  const verifyOptions = options as unknown as VerifyOptions<never>;
  const budget = new Budget(options);
  const { error, isAboutSecret } = await failureOf(verifyOptions, delivery);
  const report = (found: readonly Finding[]): Explanation => {
    const findings = found.map((finding) => ({
      ...finding,
      remedy: remedyFor(finding.remedy, delivery.via),
    }));
    const { hypotheses, bytes, exhausted } = budget;
    const searched = { hypotheses, bytes, exhausted };
    const verified = error === undefined;
    return {
      verified,
      findings,
      searched,
      text: paragraph(scheme, verified, findings, searched),
    };
  };
  if (error === undefined) return report([]);
  const body = bytesOf(delivery.body);
  if (body === undefined) return report([observed(parsedBodyMistake(delivery.body))]);

  const { nowMs, mistake: clockMistake } = readClock(options.now ?? Date.now);
  const configured = await configuredSecrets(verifyOptions, delivery);
  const secrets = [
    ...configured,
    ...(options.otherSecrets === undefined
      ? []
      : namedSecrets(options.otherSecrets, "otherSecrets", true)),
  ].filter(({ secret }) => !isBlank(secret, scheme));
  // Of other signatures there is only what can be seen.
  const isHmac = isHmacSha256InHeader(scheme);
  const match = !isHmac
    ? undefined
    : await search(
        {
          scheme,
          options: verifyOptions,
          delivery,
          body,
          secrets,
          nowMs,
          otherProviders: () =>
            otherProvider(
              scheme,
              verifyOptions,
              delivery,
              body,
              secrets,
              options.otherProviders ?? allPresets,
              budget,
            ),
        },
        budget,
      );
  const named =
    (error.code === "body_malformed"
      ? unreadableBodyMistake(scheme, delivery.headers, body)
      : undefined) ?? mistakeOfError(error, isAboutSecret, scheme);
  if (match === undefined) {
    const missing =
      error.code === "signature_mismatch"
        ? await missingContentMistake(scheme, delivery, body, verifyOptions.publicUrl)
        : undefined;
    const isUnknown = error.code === "signature_mismatch" && configured.length === 0;
    const seen = [
      ...(isHmac && (error.code === "signature_mismatch" || isAboutSecret)
        ? mistakenSecrets(scheme, configured)
        : []),
      ...(isHmac && /^signature_(missing|malformed)$/.test(error.code)
        ? otherAlgorithms(scheme, delivery.headers)
        : []),
      ...(named === undefined ? [] : [named]),
      ...(isUnknown ? [unknownSecretMistake(error)] : []),
      ...(named === undefined ? missingParts(scheme, delivery.headers) : []),
      ...(missing === undefined ? [] : [missing]),
      ...bodyMistakes(delivery, body),
    ];
    return report(seen.map(observed));
  }
  const usesClock =
    toleranceMs !== undefined ||
    secrets.some(
      ({ notBeforeMs, notAfterMs }) => Number.isFinite(notBeforeMs) || Number.isFinite(notAfterMs),
    );
  const mistakes = [
    ...match.mistakes,
    ...(clockMistake !== undefined && usesClock ? [clockMistake] : []),
    ...(match.signed === undefined
      ? []
      : timeMistakes(scheme, toleranceMs, writtenTime(scheme, match.signed), nowMs)),
  ];
  if (mistakes.length > 0) return report(mistakes.map(proven));
  // The signature is right as it is: the verifier's own error says what else is wrong.
  return report([proven(otherMistake(error, named, scheme))]);
}

/** What the verifier refuses in a delivery whose signature is right. */
function otherMistake(
  error: WebhookError,
  named: Mistake | undefined,
  { definition }: Verification["scheme"],
): Mistake {
  if (named !== undefined && (error.code !== "signature_malformed" || !definition.requires)) {
    return named;
  }
  return {
    code: definition.requires === undefined ? "signature_malformed" : "required_value",
    evidence: printable(error.message),
    remedy:
      definition.requires === undefined
        ? "Compare the definition with the headers as they arrive."
        : "Compare `requires` in the definition with what the provider sends.",
  };
}

/** Why the delivery does not verify, in the verifier's own words; undefined where it does. */
async function failureOf(
  options: VerifyOptions<never>,
  delivery: Delivery,
): Promise<{ error: WebhookError | undefined; isAboutSecret: boolean }> {
  let isAboutSecret = true;
  try {
    const verification = verificationOf(options);
    isAboutSecret = false;
    await readEvent(verification, delivery);
    return { error: undefined, isAboutSecret };
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return { error, isAboutSecret };
  }
}

/** The time as it was signed: on the way it may have been reformatted. */
function writtenTime(
  scheme: Verification["scheme"],
  { headers, parts, body }: NonNullable<Match["signed"]>,
): unknown {
  let parsed: unknown;
  if (scheme.timestamp?.kind === "body") {
    try {
      parsed = parseBody(scheme, headers, body);
    } catch {
      return undefined;
    }
  }
  return valuesOf(scheme.timestamp, parsed, headers, { parts })[0];
}

function proven(mistake: Mistake): Finding {
  return { ...mistake, confidence: "proven" };
}

function observed(mistake: Mistake): Finding {
  return { ...mistake, confidence: "observed" };
}
