import { headerValue } from "../delivery/captured.ts";
import type { RawAnswer } from "../http/exchange.ts";
import { isSuccess } from "../log/entry.ts";
import { bad, type Check, good } from "./check.ts";
import { clockOffset, MAX_SKEW_SECONDS, offsetText } from "./clock.ts";
import { probe, type ProbeResult, type ProbeTarget } from "./probe.ts";
import { whyRefused } from "./why-refused.ts";

const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Sends genuine and spoilt deliveries to a receiver, and says what its answers mean.
 *
 * @param target the receiver's URL, the provider and the secret
 * @param report gets each check as it is made
 */
export async function examine(target: ProbeTarget, report: (check: Check) => void): Promise<void> {
  const genuine = await probe(target);
  if (genuine.failure !== undefined) {
    report(bad("unreachable", `Nobody answers at ${target.url}: ${genuine.failure}.`));
    return;
  }
  const wrongPlace = placeOf(genuine);
  if (wrongPlace !== undefined) {
    report(wrongPlace);
    return;
  }
  report(
    isSuccess(genuine.status)
      ? good(
          "genuine_taken",
          `A genuine delivery is taken: ${genuine.status} after ${Math.round(genuine.durationMs)} ms.`,
        )
      : await whyRefused(target, genuine),
  );
  for (const check of aboutTime(target, genuine)) report(check);
  for (const check of [forged, unsigned, old]) {
    const found = await check(target);
    if (found !== undefined) report(found);
  }
}

function placeOf({ status, headers }: RawAnswer): Check | undefined {
  if (status >= 300 && status < 400) {
    const to = headerValue(headers, "location") ?? "another place";
    return bad(
      "redirect",
      `The answer is ${status}, a redirect to ${to}. Providers do not follow redirects: register that URL, or take the redirect (a slash at the end, http to https) off the route.`,
    );
  }
  if (status === 404 || status === 405) {
    return bad(
      "no_route",
      `The answer is ${status}: no route takes a POST there. Compare the URL with the route's path.`,
    );
  }
  return undefined;
}

function aboutTime({ provider }: ProbeTarget, answer: RawAnswer): readonly Check[] {
  const clock = clockOffset(answer);
  const deadline = provider.delivery?.deadlineSeconds;
  const seconds = answer.durationMs / 1000;
  return [
    ...(Math.abs(clock) > MAX_SKEW_SECONDS
      ? [
          bad(
            "clock_off",
            `The receiver's clock is ${offsetText(clock)} (by its Date header). Set one of the two by NTP.`,
          ),
        ]
      : []),
    ...(deadline !== undefined && seconds > deadline
      ? [
          bad(
            "too_slow",
            `The answer took ${seconds.toFixed(1)} s, and ${provider.name} waits ${deadline} s. Answer first, and work afterwards.`,
          ),
        ]
      : []),
  ];
}

async function forged(target: ProbeTarget): Promise<Check> {
  return refusal(await probe(target, { tamper: "body" }), {
    refused: ["forgery_refused", "A forged delivery is refused"],
    taken: [
      "forgery_taken",
      "A delivery whose body was changed after signing is answered with success: the route does not verify, or answers before it has. Anybody can make events up.",
    ],
  });
}

async function unsigned(target: ProbeTarget): Promise<Check> {
  return refusal(await probe(target, { unsigned: true }), {
    refused: ["unsigned_refused", "A delivery without a signature is refused"],
    taken: [
      "unsigned_taken",
      "A delivery without a signature is answered with success: the route verifies only what is signed. Refuse what has no signature.",
    ],
  });
}

/** Only where the provider signs the time of the attempt can an old delivery be told. */
async function old(target: ProbeTarget): Promise<Check | undefined> {
  const { timestamp } = target.provider;
  if (timestamp?.of !== "attempt" || timestamp.unsigned) return undefined;
  const tolerance = timestamp.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  return refusal(await probe(target, { ageSeconds: tolerance + 3600 }), {
    refused: ["replay_refused", "An old delivery is refused"],
    taken: [
      "replay_taken",
      `A delivery that is an hour older than ${tolerance} s is answered with success: whoever has recorded one can send it again. Check the signed time.`,
    ],
  });
}

type Said = readonly [code: string, text: string];

function refusal(
  result: ProbeResult,
  { refused, taken }: { readonly refused: Said; readonly taken: Said },
): Check {
  if (result.failure !== undefined) return bad("unreachable", `No answer: ${result.failure}.`);
  if (isSuccess(result.status)) return bad(...taken);
  return good(refused[0], `${refused[1]}: ${result.status}.`);
}
