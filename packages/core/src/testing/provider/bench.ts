import { utf8 } from "../../base/bytes.ts";
import { isWebhookError } from "../../base/errors.ts";
import type { Delivery } from "../../delivery/delivery.ts";
import { schemeOf } from "../../scheme/compile.ts";
import type { Provider } from "../../scheme/provider.ts";
import { sign } from "../../sign/sign.ts";
import type { SignMessage } from "../../sign/sign-options.ts";
import type { WebhookEvent } from "../../verify/event.ts";
import { createVerifier, type Verifier } from "../../verify/verify.ts";
import { assert } from "../assert.ts";
import type { ProviderUnderTest } from "./under-test.ts";

/** Cases by their names. */
export type CaseTable = Readonly<Record<string, (bench: Bench) => Promise<void>>>;

/** When all deliveries of the cases are signed, unless they say otherwise. */
export const NOW_MS: number = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A provider with the calls of the cases written short. */
export class Bench {
  readonly provider: Provider<object>;
  /** The names of the signature headers in lower case; none where the signature stands elsewhere. */
  readonly headers: readonly string[];
  /** True if a change anywhere in the body is noticed. */
  readonly isBodyCovered: boolean;
  /** True if the signature is in the body, so that another body brings its own. */
  readonly isInBody: boolean;
  /** How old a delivery may be, in milliseconds; undefined where no signed time of the attempt limits it. */
  readonly toleranceMs: number | undefined;
  readonly message: (n: number) => SignMessage;
  readonly #secret: string | Uint8Array;
  readonly #signingSecret: string | Uint8Array;
  readonly #otherSecret: string | Uint8Array;

  constructor({ provider, secret, signingSecret, otherSecret, message }: ProviderUnderTest) {
    const { headers, unsigned } = schemeOf(provider);
    const { timestamp } = provider;
    this.provider = provider;
    this.headers = headers;
    this.isBodyCovered = !unsigned.includes("body");
    this.isInBody = headers.length === 0 && provider.signature.query === undefined;
    const isGuarded = timestamp?.of === "attempt" && !timestamp.unsigned;
    this.toleranceMs = isGuarded ? (timestamp.toleranceSeconds ?? 300) * 1000 : undefined;
    this.message = message ?? messageOf(provider);
    this.#secret = secret;
    this.#signingSecret = signingSecret ?? secret;
    this.#otherSecret = otherSecret ?? otherThan(secret);
  }

  verifierAt(nowMs: number): Verifier {
    return this.verifierOf(this.#secret, nowMs);
  }

  otherVerifierAt(nowMs: number): Verifier {
    return this.verifierOf(this.#otherSecret, nowMs);
  }

  verifierOf(secret: string | Uint8Array, nowMs: number): Verifier {
    return createVerifier({ provider: this.provider as Provider, secret, now: () => nowMs });
  }

  /** Signs the n-th event. */
  async delivered(n: number, nowMs: number = NOW_MS): Promise<Delivery> {
    const said = this.message(n);
    const { headers, body, url } = await this.#sign({ ...said, timestamp: nowMs });
    return { headers, body, method: said.method ?? "POST", url: url ?? said.url ?? "" };
  }

  /** Delivers the first event again: signed anew, where the time of the attempt is not in the body. */
  async resent(delivery: Delivery): Promise<Delivery> {
    const { timestamp } = this.provider;
    if (this.toleranceMs === undefined || (timestamp && "body" in timestamp)) return delivery;
    const { id } = await this.eventOf(delivery);
    const said = { ...this.message(1), ...(id !== undefined && { id }), body: delivery.body };
    const { headers, url = delivery.url } = await this.#sign({
      ...said,
      timestamp: NOW_MS + 60_000,
    });
    return { ...delivery, headers, url };
  }

  async eventOf(delivery: Delivery, nowMs: number = NOW_MS): Promise<WebhookEvent> {
    return this.verifierAt(nowMs).verify(delivery);
  }

  async #sign(message: SignMessage): ReturnType<typeof sign> {
    return sign(message, { provider: this.provider, secret: this.#signingSecret });
  }
}

/** Throws unless the work rejects with one of the codes. */
export async function expectCode(work: Promise<unknown>, codes: readonly string[]): Promise<void> {
  let found = "verified";
  try {
    await work;
  } catch (error) {
    found = isWebhookError(error) ? error.code : `something thrown: ${String(error)}`;
  }
  assert(codes.includes(found), `expected ${codes.join(" or ")}, got ${found}`);
}

/** As key bytes, so that it fits whatever form the provider's secrets have. */
function otherThan(secret: string | Uint8Array): Uint8Array {
  return utf8(`another than ${typeof secret === "string" ? secret : secret.join()}`);
}

function messageOf({ body }: Provider<object>): (n: number) => SignMessage {
  const isText = body?.format === "text" || body?.format === "bytes";
  return (n) => ({
    body: isText ? `event ${n}` : { conformanceCase: n },
    id: `evt_${n}`,
    type: "case.event",
    method: "POST",
    url: "https://receiver.example.com/hooks?from=case",
  });
}
