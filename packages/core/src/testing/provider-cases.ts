import { bytesOf, utf8 } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { isWebhookError } from "../base/errors.ts";
import type { WebhookEvent } from "../verify/event.ts";
import { schemeOf } from "../scheme/compile.ts";
import type { Provider } from "../scheme/provider.ts";
import { sign } from "../sign/sign.ts";
import type { SignMessage } from "../sign/sign-options.ts";
import { createVerifier, type Verifier } from "../verify/verify.ts";
import { assert, assertEqual } from "./assert.ts";

/** One statement about a provider. `run` rejects where it does not hold. */
export interface ProviderCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A delivery that was signed elsewhere: by the provider, an example of its documentation, or `openssl dgst -sha256 -hmac`. */
export interface SignedExample {
  readonly delivery: Delivery;
  /** The secret that signed it, as the provider shows it. */
  readonly secret: string | Uint8Array;
  /** When it was received, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  /** What its event must carry. */
  readonly id?: string;
  readonly type?: string;
}

/** What {@link providerCases} needs of the provider that it examines. */
export interface ProviderUnderTest {
  readonly provider: Provider<object>;
  /** Any secret in the provider's form, or a public key; no delivery leaves the process. */
  readonly secret: string | Uint8Array;
  /** For a provider that is verified by a public key: the private key of {@link secret}. */
  readonly signingSecret?: string;
  /** A secret of the same form that did not sign. Needed beside a public key; default: other bytes. */
  readonly otherSecret?: string | Uint8Array;
  /** Without one, a definition is only known to agree with itself: what both sides get wrong alike goes unseen. */
  readonly examples?: readonly SignedExample[];
  /**
   * The n-th of different events, as `sign` takes it. Default: a small body that carries `n`, with id, type, URL and method.
   */
  readonly message?: (n: number) => SignMessage;
}

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const HOUR_MS = 3_600_000;

/**
 * The conformance suite of providers: that a definition takes what is genuine, refuses what is not, and tells events apart, each as
 * a case of its own, for any test runner.
 *
 * @param underTest the provider, a secret, and deliveries that were signed elsewhere
 * @returns the cases, independent of each other
 *
 * @example
 * ```ts
 * import { providerCases } from "@countersign/core/testing";
 * import { describe, it } from "node:test";
 *
 * describe("acme", () => {
 *   for (const { name, run } of providerCases({ provider: acme, secret: "acme-secret", examples })) {
 *     it(name, run);
 *   }
 * });
 * ```
 */
export function providerCases({
  provider,
  secret,
  signingSecret = secret as string,
  otherSecret = otherThan(secret),
  examples = [],
  message = messageOf(provider),
}: ProviderUnderTest): readonly ProviderCase[] {
  const verifierAt = (nowMs: number, key = secret): Verifier =>
    createVerifier({ provider: provider as Provider, secret: key, now: () => nowMs });
  const delivered = async (n: number, nowMs = NOW_MS): Promise<Delivery> => {
    const said = message(n);
    const signing = { provider, secret: signingSecret };
    const { headers, body, url } = await sign({ ...said, timestamp: nowMs }, signing);
    return { headers, body, method: said.method ?? "POST", url: url ?? said.url ?? "" };
  };
  const eventOf = async (delivery: Delivery, nowMs = NOW_MS): Promise<WebhookEvent> =>
    verifierAt(nowMs).verify(delivery);
  const [header = ""] = [provider.signature.header ?? []].flat();
  const isInHeader = header !== "";
  const isBodyCovered = coversBody(provider);
  const guarded = provider.timestamp?.of === "attempt" && !provider.timestamp.unsigned;

  const cases: ProviderCase[] = [
    ...examples.flatMap((example, index) => exampleCases(provider, example, index, otherSecret)),
    {
      name: "what it signs, it verifies",
      run: async () => {
        const event = await eventOf(await delivered(1));
        assertEqual(event.provider, provider.name, "the provider of the event");
      },
    },
    {
      name: "a delivery under another secret is refused",
      run: async () => {
        const other = verifierAt(NOW_MS, otherSecret);
        await expectCode(other.verify(await delivered(1)), ["signature_mismatch"]);
      },
    },
    ...(isBodyCovered
      ? [
          {
            name: "a delivery with another body is refused",
            run: async () => {
              const { body } = await delivered(2);
              const swapped = { ...(await delivered(1)), body };
              await expectCode(verifierAt(NOW_MS).verify(swapped), ["signature_mismatch"]);
            },
          },
        ]
      : [
          {
            name: "an event says that its body is not signed, or not whole",
            run: async () => {
              const { unsigned } = await eventOf(await delivered(1));
              assert(
                unsigned.includes("body"),
                `event.unsigned: expected "body", got ${unsigned.join()}`,
              );
            },
          },
        ]),
    {
      name: "a delivery without a signature is refused",
      run: async () => {
        const { headers, ...delivery } = await delivered(1);
        const unsigned = Object.entries(headers).filter(([name]) => !isSignature(name));
        const bare = isInHeader
          ? { ...delivery, headers: unsigned }
          : { headers, body: "{}", method: "POST", url: message(1).url };
        await expectCode(verifierAt(NOW_MS).verify(bare), [
          "signature_missing",
          "signature_mismatch",
        ]);
      },
    },
    {
      name: "a signature that is none is refused, and throws nothing else",
      run: async () => {
        if (!isInHeader) return;
        const delivery = await delivered(1);
        for (const junk of ["", "=", ",", "\u0000", "é", "x".repeat(10_000), "=,".repeat(5000)]) {
          const headers = { ...(delivery.headers as object), [header.toLowerCase()]: junk };
          // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
          await expectCode(verifierAt(NOW_MS).verify({ ...delivery, headers }), [
            "signature_malformed",
            "signature_missing",
            "signature_mismatch",
            "timestamp_missing",
          ]);
        }
      },
    },
  ];

  if (guarded) {
    const toleranceMs = (provider.timestamp.toleranceSeconds ?? 300) * 1000;
    cases.push(
      {
        name: "a delivery is refused once its time is older than the tolerance",
        run: async () => {
          const delivery = await delivered(1);
          await eventOf(delivery, NOW_MS + toleranceMs - 1000);
          const late = verifierAt(NOW_MS + toleranceMs + 1000).verify(delivery);
          await expectCode(late, ["timestamp_expired"]);
        },
      },
      {
        name: "a delivery from the future is refused",
        run: async () => {
          const early = verifierAt(NOW_MS - toleranceMs - 1000).verify(await delivered(1));
          await expectCode(early, ["timestamp_future"]);
        },
      },
    );
  } else {
    cases.push({
      name: "a delivery does not expire: a retry may be days late",
      run: async () => {
        await eventOf(await delivered(1), NOW_MS + 72 * HOUR_MS);
      },
    });
  }

  if (provider.dedup === "none") {
    cases.push({
      name: "no event has a key: identical bodies are different events",
      run: async () => {
        assertEqual((await eventOf(await delivered(1))).key, undefined, "the key");
      },
    });
  } else {
    cases.push(
      {
        name: "an event has the same key whenever it is delivered",
        run: async () => {
          const delivery = await delivered(1);
          const first = await eventOf(delivery);
          const again = await eventOf(
            await resent(delivery),
            NOW_MS + (guarded ? 60_000 : HOUR_MS),
          );
          assert(first.key !== undefined, "the key: expected one, got undefined");
          assertEqual(again.key, first.key, "the key of a retry");
        },
      },
      {
        name: "different events have different keys",
        run: async () => {
          const events = await Promise.all([1, 2, 3].map(async (n) => eventOf(await delivered(n))));
          const keys = new Set(events.map(({ key }) => key));
          assert(keys.size === 3, `the keys of 3 events: expected 3, got ${keys.size}`);
        },
      },
      {
        name: "what is not signed changes no key",
        run: async () => {
          const delivery = await delivered(1);
          const headers = { ...(delivery.headers as Record<string, string>) };
          for (const fact of ["id", "type", "timestamp"] as const) {
            const field = provider[fact];
            if (field?.unsigned && "header" in field) headers[field.header.toLowerCase()] = "9";
          }
          const { key } = await eventOf({ ...delivery, headers });
          assertEqual(key, (await eventOf(delivery)).key, "the key under other unsigned headers");
        },
      },
    );
  }
  return cases;

  function isSignature(name: string): boolean {
    return [provider.signature.header ?? []].flat().some((one) => one.toLowerCase() === name);
  }

  /** The same event in a new attempt: signed anew, where the time of the attempt is not in the body. */
  async function resent(delivery: Delivery): Promise<Delivery> {
    if (!guarded || "body" in provider.timestamp) return delivery;
    const { id } = await eventOf(delivery);
    const said = { ...message(1), ...(id !== undefined && { id }), timestamp: NOW_MS + 60_000 };
    const signing = { provider, secret: signingSecret };
    const { headers, url = delivery.url } = await sign({ ...said, body: delivery.body }, signing);
    return { ...delivery, headers, url };
  }
}

function exampleCases(
  provider: Provider<object>,
  { delivery, secret, receivedAtMs, id, type }: SignedExample,
  index: number,
  otherSecret: string | Uint8Array,
): ProviderCase[] {
  const verifier = createVerifier({
    provider: provider as Provider,
    secret,
    now: () => receivedAtMs,
  });
  return [
    {
      name: `example ${index + 1} verifies, and its event carries what it should`,
      run: async () => {
        const event = await verifier.verify(delivery);
        if (id !== undefined) assertEqual(event.id, id, "the id");
        if (type !== undefined) assertEqual(event.type, type, "the type");
      },
    },
    {
      name: `example ${index + 1} is refused under another secret`,
      run: async () => {
        const other = createVerifier({
          provider: provider as Provider,
          secret: otherSecret,
          now: () => receivedAtMs,
        });
        await expectCode(other.verify(delivery), ["signature_mismatch"]);
      },
    },
    {
      name: `example ${index + 1} is refused with a byte of its body changed`,
      run: async () => {
        if (!coversBody(provider)) return;
        const bytes = bytesOf(delivery.body) ?? new Uint8Array();
        for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
          const body = bytes.slice();
          body[at] = (body[at] ?? 0) ^ 1;
          // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
          await expectCode(verifier.verify({ ...delivery, body }), ["signature_mismatch"]);
        }
      },
    },
  ];
}

/** Whether a change anywhere in the body is noticed. */
function coversBody(provider: Provider<object>): boolean {
  return !schemeOf(provider).unsigned.includes("body");
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

async function expectCode(work: Promise<unknown>, codes: readonly string[]): Promise<void> {
  let found = "verified";
  try {
    await work;
  } catch (error) {
    found = isWebhookError(error) ? error.code : `something thrown: ${String(error)}`;
  }
  assert(codes.includes(found), `expected ${codes.join(" or ")}, got ${found}`);
}
