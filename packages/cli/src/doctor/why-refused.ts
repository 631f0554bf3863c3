import type { RawAnswer } from "../http/exchange.ts";
import { isSuccess } from "../log/entry.ts";
import { bad, type Check } from "./check.ts";
import { clockOffset, MAX_SKEW_SECONDS, offsetText } from "./clock.ts";
import { probe, type ProbeResult, type ProbeTarget } from "./probe.ts";

/** Finds out why a genuine delivery is refused, by sending others. */
export async function whyRefused(target: ProbeTarget, refused: RawAnswer): Promise<Check> {
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

function isTaken(result: ProbeResult): boolean {
  return result.failure === undefined && isSuccess(result.status);
}

function problemCode({ body }: RawAnswer): string | undefined {
  try {
    const { code } = JSON.parse(body.toString("utf8")) as { code?: unknown };
    return typeof code === "string" && /^[a-z_]{1,40}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
