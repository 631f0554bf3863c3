import {
  createVerifier,
  type Delivery,
  isWebhookError,
  type Provider,
  type Verifier,
} from "@countersign/core";
import { newSecret } from "@countersign/sender";
import { KNOWN_ANSWERS, type KnownAnswer } from "../vectors/known-answers.ts";
import { runSuite, type SuiteResult } from "./suites.ts";

export interface HostileResult {
  readonly providers: number;
  /** How many spoilt deliveries were tried, by how they were spoilt. */
  readonly tried: Readonly<Record<string, number>>;
  /** How many of them were taken. */
  readonly accepted: readonly string[];
  /** How many were answered by anything but a 4xx. */
  readonly notRefused: readonly string[];
  readonly suites: readonly SuiteResult[];
}

/** Bodies are spoilt at so many places at most. */
const MAX_PLACES = 400;

const SUITES = [
  "test/core/hostile-deliveries.test.ts",
  "test/core/byte-exactness.test.ts",
  "test/node/request-url.test.ts",
  "test/providers/provider-cases.test.ts",
  "test/conformance/middleware.test.ts",
];

/** Spoils the genuine deliveries of all providers in every way, and counts what is taken. */
export async function tryHostile(): Promise<HostileResult> {
  const tried: Record<string, number> = {};
  const accepted: string[] = [];
  const notRefused: string[] = [];
  const providers = new Set<string>();
  for (const answer of KNOWN_ANSWERS) {
    const verifier = verifierOf(answer);
    const genuine = await event(verifier, deliveryOf(answer));
    if (genuine === undefined) throw new Error(`${answer.provider.name}: genuine, and refused`);
    providers.add(answer.provider.name);
    for (const [kind, delivery, other] of spoilt(answer, genuine.unsigned.includes("body"))) {
      tried[kind] = (tried[kind] ?? 0) + 1;
      const name = `${answer.provider.name}: ${kind}`;
      try {
        const taken = await (other ?? verifier).verify(delivery);
        // Where only the spelling has changed, and the content is the same, nothing was forged.
        if (JSON.stringify(taken.body) !== JSON.stringify(genuine.body) || kind in MUST_REFUSE) {
          accepted.push(name);
        }
      } catch (error) {
        if (!isWebhookError(error) || error.status >= 500)
          notRefused.push(`${name}: ${String(error)}`);
      }
    }
  }
  const suites: SuiteResult[] = [];
  for (const file of SUITES) suites.push(await runSuite(file));
  return { providers: providers.size, tried, accepted, notRefused, suites };
}

/** Whatever their content, these must never be taken. */
const MUST_REFUSE: Readonly<Record<string, true>> = {
  "another secret": true,
  "no signature": true,
  "another signature": true,
};

const NO_SIGNATURES = ["=", ",", "v1=", "sha256=", "0".repeat(64), "A".repeat(16_384), "\u{1F600}"];

type Spoilt = readonly [kind: string, delivery: Delivery, verifier?: Verifier];

function* spoilt(answer: KnownAnswer, bodyIsUnsigned: boolean): Generator<Spoilt> {
  const genuine = deliveryOf(answer);
  const body = Buffer.from(answer.body);
  const { header = [] } = answer.provider.signature;
  const names = new Set([header].flat().map((name) => name.toLowerCase()));
  const signed = Object.entries(answer.headers).filter(([name]) => names.has(name.toLowerCase()));
  const withHeaders = (changed: Readonly<Record<string, string | undefined>>): Delivery => ({
    ...genuine,
    headers: { ...answer.headers, ...changed },
  });
  for (const [name, value] of signed) {
    for (let at = 0; at < value.length; at++) {
      const delivery = withHeaders({ [name]: flipped(value, at) });
      yield ["one character of a signature header", delivery];
    }
  }
  // Some providers send several, any of which will do: so of all of them.
  const allAs = (text: string | undefined): Delivery =>
    withHeaders(Object.fromEntries(signed.map(([name]) => [name, text])));
  if (signed.length > 0) {
    for (const none of [undefined, ""]) yield ["no signature", allAs(none)];
    for (const other of NO_SIGNATURES) yield ["another signature", allAs(other)];
  }
  const other = otherVerifier(answer);
  if (other !== undefined) yield ["another secret", genuine, other];
  if (bodyIsUnsigned) return;
  const step = Math.max(1, Math.ceil(body.length / MAX_PLACES));
  for (let at = 0; at < body.length; at += step) {
    const changed = Buffer.from(body);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    yield ["one bit of the body", { ...genuine, body: changed }];
    yield ["a body that was cut", { ...genuine, body: body.subarray(0, at) }];
  }
  for (const more of [" ", "\n", "\0", "{}", "&payload=%7B%7D"]) {
    yield [
      "a body with more behind it",
      { ...genuine, body: Buffer.concat([body, Buffer.from(more)]) },
    ];
  }
}

/** With another secret, as the provider writes its own; undefined where that is a public key, and chance makes none. */
function otherVerifier(answer: KnownAnswer): Verifier | undefined {
  try {
    return verifierOf(answer, newSecret(answer.provider));
  } catch {
    return undefined;
  }
}

function flipped(text: string, at: number): string {
  const other = String.fromCharCode(text.charCodeAt(at) ^ 1);
  return text.slice(0, at) + other + text.slice(at + 1);
}

function deliveryOf({ headers, body, method, url }: KnownAnswer): Delivery {
  return { headers, body, method: method ?? "POST", url: url ?? "https://example.com/hook" };
}

function verifierOf(answer: KnownAnswer, secret = answer.secret): Verifier {
  const provider = answer.provider as Provider;
  return createVerifier({ provider, secret, now: () => answer.nowSeconds * 1000 });
}

function event(verifier: Verifier, delivery: Delivery) {
  return verifier.verify(delivery).catch(() => undefined);
}
