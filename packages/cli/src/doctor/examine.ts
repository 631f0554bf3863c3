import { headerValue } from "../delivery/captured.ts";
import type { RawAnswer } from "../http/exchange.ts";
import { isSuccess } from "../log/entry.ts";
import { probe, type ProbeResult, type ProbeTarget } from "./probe.ts";

/** What one check has shown. */
export interface Check {
  readonly ok: boolean;
  /** The stable name of what was found. */
  readonly code: string;
  readonly text: string;
}

const MAX_SKEW_SECONDS = 30;
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

/** Finds out why a genuine delivery is refused, by sending others. */
async function whyRefused(target: ProbeTarget, refused: RawAnswer): Promise<Check> {
  const code = problemCode(refused);
  const told = `${refused.status}${code === undefined ? "" : ` ${code}`}`;
  if (code === "body_already_read") {
    return bad(
      "parser_in_front",
      `A body parser in front of the route has read the body (${told}). Register the route before app.use(express.json()) or its like, or keep the bytes with its verify option.`,
    );
  }
  if (refused.status === 413) {
    return bad(
      "body_limit",
      `A small delivery is too large for the route (${told}). Raise maxBodyBytes, or the limit of the proxy in front.`,
    );
  }
  if (isTaken(await probe(target, { compact: true }))) {
    return bad(
      "body_rewritten",
      `A delivery is refused (${told}) unless it is written as JSON.stringify writes it: something in front parses the body and writes it again, a body parser or a proxy. Verify the bytes as they came.`,
    );
  }
  const clock = clockOffset(refused);
  if (Math.abs(clock) > MAX_SKEW_SECONDS && isTaken(await probe(target, { ageSeconds: -clock }))) {
    return bad(
      "clock_off",
      `A delivery is refused (${told}) unless it is signed by the receiver's clock, which is ${offsetText(clock)}. Set that clock by NTP.`,
    );
  }
  const signed = await urlThatVerifies(target);
  if (signed !== undefined) {
    return bad(
      "url_changed",
      `A delivery is refused (${told}) unless it is signed for ${signed}: that is the URL which the receiver sees. Set publicUrl to the URL that the provider calls.`,
    );
  }
  if (refused.status >= 500) {
    return bad(
      "handler_fails",
      `A genuine delivery is answered ${told}. If forged ones are refused with 401, it was verified and the handler failed: look at the application's log.`,
    );
  }
  return bad(
    "genuine_refused",
    `A genuine delivery is refused: ${told}. The receiver has another secret or another provider than this command, or something in front changes the body. Compare the secret first; countersign listen --forward shows what arrives.`,
  );
}

/** Tries the URLs that a receiver behind a proxy may see. */
async function urlThatVerifies(target: ProbeTarget): Promise<string | undefined> {
  const { signature } = target.provider;
  if (
    !/\{(url|path|query)\}/.test(signature.content ?? "") &&
    signature.signedContent === undefined
  ) {
    return undefined;
  }
  const { host, hostname, pathname, search, protocol } = new URL(target.url);
  const other = protocol === "https:" ? "http:" : "https:";
  const candidates = [
    `${other}//${host}${pathname}${search}`,
    `${protocol}//${hostname}${pathname}${search}`,
    `${other}//${hostname}${pathname}${search}`,
    `${protocol}//${host}${pathname.replace(/\/$/, "")}${search}`,
    `${protocol}//${host}/${search}`,
  ];
  for (const signedUrl of new Set(candidates)) {
    if (signedUrl !== target.url && isTaken(await probe(target, { signedUrl }))) return signedUrl;
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

function isTaken(result: ProbeResult): boolean {
  return result.failure === undefined && isSuccess(result.status);
}

/** Returns how far the receiver's clock is ahead, in whole seconds; 0 if it does not say. */
function clockOffset({ headers, durationMs }: RawAnswer): number {
  const there = Date.parse(headerValue(headers, "date") ?? "");
  return Number.isNaN(there) ? 0 : Math.round((there - (Date.now() - durationMs / 2)) / 1000);
}

function offsetText(seconds: number): string {
  return `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} this machine's`;
}

function problemCode({ body }: RawAnswer): string | undefined {
  try {
    const { code } = JSON.parse(body.toString("utf8")) as { code?: unknown };
    return typeof code === "string" && /^[a-z_]{1,40}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function good(code: string, text: string): Check {
  return { ok: true, code, text };
}

function bad(code: string, text: string): Check {
  return { ok: false, code, text };
}
