import { createHmac } from "node:crypto";
import { createVerifier, type Delivery } from "@countersign/core";
import { github } from "@countersign/core/providers";

/** How two kinds of wrong signature are told apart by time: Welch's t of their durations. */
export interface TimingResult {
  readonly samples: number;
  /** Of the verifier. */
  readonly t: number;
  /** Of a comparison that stops at the first difference: the measurement is good for something where this one is far out. */
  readonly controlT: number;
}

/** What is above differs by more than chance: the threshold of dudect (https://eprint.iacr.org/2016/1123). */
export const T_THRESHOLD = 4.5;

const SAMPLES = 120_000;
const SECRET = "a secret of the measurement, long enough";
const BODY = "{}";

/** Where a signature differs from the genuine one: at its first character, or at its last. */
type Kind = "first" | "last";

/**
 * Measures whether the time that a refusal takes tells how much of a signature was right.
 *
 * Both kinds are tried in random order, so that a busy machine is busy for both; the slowest tenth, where something else ran, is left out.
 */
export async function measureTiming(): Promise<TimingResult> {
  const genuine = createHmac("sha256", SECRET).update(BODY).digest("hex");
  const verifier = createVerifier({ provider: github, secret: SECRET });
  const deliveries: Record<Kind, Delivery> = {
    first: deliveryWith(differing(genuine, 0)),
    last: deliveryWith(differing(genuine, genuine.length - 1)),
  };
  const signatures: Record<Kind, string> = {
    first: differing(genuine, 0),
    last: differing(genuine, genuine.length - 1),
  };
  const t = await tOf(async (kind) => {
    await verifier.check(deliveries[kind]).catch(() => {});
  });
  const controlT = await tOf(async (kind) => {
    const mac = createHmac("sha256", SECRET).update(BODY).digest("hex");
    if (isSameUntilTheFirstDifference(mac, signatures[kind]))
      throw new Error("a forgery was taken");
  });
  return { samples: 2 * SAMPLES, t, controlT };
}

/** As it must not be done. */
function isSameUntilTheFirstDifference(left: string, right: string): boolean {
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return left.length === right.length;
}

async function tOf(refuse: (kind: Kind) => Promise<void>): Promise<number> {
  const times: Record<Kind, number[]> = { first: [], last: [] };
  for (let warmUp = 0; warmUp < 5000; warmUp++) await refuse(warmUp % 2 === 0 ? "first" : "last");
  while (times.first.length + times.last.length < SAMPLES) {
    const kind = Math.random() < 0.5 ? "first" : "last";
    const startedAt = process.hrtime.bigint();
    await refuse(kind);
    times[kind].push(Number(process.hrtime.bigint() - startedAt));
  }
  return welch(times.first, times.last);
}

function welch(left: readonly number[], right: readonly number[]): number {
  const limit = [...left, ...right].toSorted((a, b) => a - b)[Math.floor(0.9 * SAMPLES)] ?? 0;
  const [a, b] = [left, right].map((list) => momentsOf(list.filter((time) => time <= limit)));
  if (a === undefined || b === undefined) throw new Error("no samples");
  return (b.mean - a.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

function momentsOf(list: readonly number[]): { count: number; mean: number; variance: number } {
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: list.length, mean, variance: squares / (list.length - 1) };
}

function differing(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);
}

function deliveryWith(signature: string): Delivery {
  return { headers: { "x-hub-signature-256": `sha256=${signature}` }, body: BODY };
}
