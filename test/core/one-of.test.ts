import {
  type BodyLimits,
  createReceiver,
  type Delivery,
  defineProvider,
  oneOf,
  type ReceiptRecord,
  type Receiver,
  type SecretLookup,
  sign,
} from "@countersign/core";
import { github, meta, notion, stripe } from "@countersign/core/providers";
import { describe, expect, expectTypeOf, test } from "vitest";

const URL = "https://receiver.example.com/hooks";
const GITHUB_SECRET = "the secret of github, for the tests";
const STRIPE_SECRET = "whsec_the_secret_of_stripe_for_the_tests";

const acme = defineProvider<{ ping: { n: number } }>({
  name: "acme",
  signature: { header: "X-Acme", encoding: "hex" },
  type: { body: "/type" },
  dedup: "content",
});

interface Watched {
  readonly records: ReceiptRecord[];
  readonly warnings: string[];
  readonly onReceipt: (record: ReceiptRecord) => void;
  readonly onWarning: (warning: { readonly message: string }) => void;
}

function watching(): Watched {
  const records: ReceiptRecord[] = [];
  const warnings: string[] = [];
  return {
    records,
    warnings,
    onReceipt: (record) => records.push(record),
    onWarning: ({ message }) => warnings.push(message),
  };
}

async function githubDelivery(): Promise<Delivery> {
  return sign({ body: { n: 1 }, type: "ping" }, { provider: github, secret: GITHUB_SECRET });
}

async function stripeDelivery(timestamp = Date.now()): Promise<Delivery> {
  const body = { id: "evt_1", type: "invoice.paid" };
  return sign({ body, timestamp }, { provider: stripe, secret: STRIPE_SECRET });
}

function requestOf({ headers, body }: Delivery): Request {
  return new Request(URL, { method: "POST", headers: headers as never, body: body as never });
}

async function signed(secret: string): Promise<Delivery> {
  return sign({ body: { type: "ping", n: 1 } }, { provider: acme, secret });
}

async function away(): Promise<never> {
  throw new Error("the database is away");
}

function receiverOfTwo(a: string | SecretLookup, b: string | SecretLookup): Receiver & Watched {
  const watched = watching();
  const { onReceipt, onWarning } = watched;
  const shared = { provider: acme, onReceipt, onWarning };
  const receiver: Receiver = createReceiver(
    oneOf([
      { ...shared, secret: a, endpoint: "a" },
      { ...shared, secret: b, endpoint: "b" },
    ]),
  );
  return { ...receiver, ...watched };
}

describe("oneOf() gives each delivery to the receiver that it belongs to", () => {
  const { onReceipt, onWarning, records } = watching();
  const receiver = createReceiver(
    oneOf([
      { provider: github, secret: GITHUB_SECRET, onReceipt, onWarning },
      { provider: stripe, secret: STRIPE_SECRET, onReceipt, onWarning },
    ]),
  );

  test.each([
    ["github", githubDelivery],
    ["stripe", stripeDelivery],
  ])("%s, through receive, receiveFrom and handle", async (name, delivery) => {
    const first = await receiver.receive(await delivery());
    expect(first).toMatchObject({ status: "accepted", event: { provider: name } });
    if (first.status === "accepted") await first.claim.release();

    const { headers, body } = await delivery();
    const readBody = async (): Promise<Uint8Array> => body as Uint8Array;
    const second = await receiver.receiveFrom({ headers, readBody });
    expect(second).toMatchObject({ status: "accepted", event: { provider: name } });
    if (second.status === "accepted") await second.claim.release();

    const handled: string[] = [];
    const response = await receiver.handle(requestOf(await delivery()), ({ provider }) => {
      handled.push(provider);
    });
    expect([response.status, handled]).toEqual([200, [name]]);
    expect(records.at(-1)).toMatchObject({ provider: name, settlement: "completed" });
  });

  test("a delivery that is too old is refused by the one that signed it", async () => {
    const receipt = await receiver.receive(await stripeDelivery(Date.now() - 3_600_000));
    expect(receipt).toMatchObject({ error: { code: "timestamp_expired" } });
    expect(records.at(-1)).toMatchObject({ provider: "stripe", code: "timestamp_expired" });
  });

  test("a delivery without any signature is refused with all headers that were looked for", async () => {
    const receipt = await receiver.receive({ headers: {}, body: "{}" });
    expect(receipt).toMatchObject({
      error: {
        code: "signature_missing",
        message: expect.stringMatching(
          /x-hub-signature-256 \(github\), stripe-signature \(stripe\).*oneOf\(\)/,
        ),
      },
    });
  });

  test("a signature in a wrong form is refused by the one whose header it is in", async () => {
    const headers = { "stripe-signature": "nonsense" };
    const receipt = await receiver.receive({ headers, body: "{}" });
    expect(receipt).toMatchObject({ error: { code: "signature_malformed" } });
    expect(records.at(-1)?.provider).toBe("stripe");
  });

  test("a body that was parsed already is told of as with one receiver", async () => {
    const { headers } = await githubDelivery();
    const receipt = await receiver.receive({ headers, body: { n: 1 } as never });
    expect(receipt).toMatchObject({ error: { code: "body_already_read" } });
  });
});

describe("oneOf() goes by the signature where the headers fit several", () => {
  test("two products of one provider each keep their own secret and endpoint", async () => {
    const receiver = receiverOfTwo("the secret of product a", "the secret of product b");
    for (const letter of ["a", "b", "b", "c"]) {
      const receipt = await receiver.receive(await signed(`the secret of product ${letter}`));
      if (receipt.status === "accepted") await receipt.claim.complete();
    }
    expect(receiver.records.map(({ endpoint, outcome }) => [endpoint, outcome])).toEqual([
      ["a", "accepted"],
      ["b", "accepted"],
      ["b", "duplicate"],
      ["a", "rejected"],
    ]);
  });

  test("a secret that can't be looked up now is no obstacle for the others, and 503 for its own", async () => {
    const receiver = receiverOfTwo(away, "the secret of product b");
    const ofOther = await receiver.receive(await signed("the secret of product b"));
    expect(ofOther.status).toBe("accepted");
    const own = await receiver.receive(await signed("the secret of product a"));
    expect(own).toMatchObject({ status: "rejected", response: { status: 503 } });
  });

  test("a body is held to the limit of the one that is picked, not to the widest", async () => {
    const receiver = createReceiver(
      oneOf([
        { provider: acme, secret: "the secret of product a", endpoint: "a", maxBodyBytes: 10 },
        { provider: acme, secret: "the secret of product b", endpoint: "b", maxBodyBytes: 1000 },
      ]),
    );
    const small = await receiver.handle(
      requestOf(await signed("the secret of product a")),
      () => {},
    );
    const large = await receiver.handle(
      requestOf(await signed("the secret of product b")),
      () => {},
    );
    expect([small.status, large.status]).toEqual([413, 200]);
  });
});

/** Receives by `receiveFrom`, and tells under which limits the body was asked for. */
async function limitsFor(
  delivery: Delivery,
  list: Parameters<typeof oneOf>[0],
): Promise<{ readonly code: unknown; readonly limits: BodyLimits[] }> {
  const limits: BodyLimits[] = [];
  const receipt = await createReceiver(oneOf(list)).receiveFrom({
    headers: delivery.headers,
    async readBody(given) {
      limits.push(given);
      return delivery.body as Uint8Array;
    },
  });
  const code = receipt.status === "rejected" ? receipt.error.code : receipt.status;
  if (receipt.status === "accepted") await receipt.claim.complete();
  return { code, limits };
}

describe("oneOf() reads a body under the limits of", () => {
  const ofGithub = {
    provider: github,
    secret: GITHUB_SECRET,
    maxBodyBytes: 5,
    bodyTimeoutMs: 50,
  };
  const ofStripe = {
    provider: stripe,
    secret: STRIPE_SECRET,
    maxBodyBytes: 5000,
    bodyTimeoutMs: 5000,
    inflate: true,
  };

  test("the only one whose headers it has", async () => {
    const { code, limits } = await limitsFor(await githubDelivery(), [ofGithub, ofStripe]);
    expect(code).toBe("body_too_large");
    expect(limits).toEqual([{ maxBodyBytes: 5, bodyTimeoutMs: 50, inflate: false }]);
  });

  test("those between which the signature decides, and of nobody else", async () => {
    const secret = "the secret of product b";
    const { code, limits } = await limitsFor(await signed(secret), [
      { provider: acme, secret: "the secret of product a", bodyTimeoutMs: 100, maxBodyBytes: 10 },
      { provider: acme, secret, bodyTimeoutMs: 60, maxBodyBytes: 1000, endpoint: "b" },
      ofStripe,
    ]);
    expect(code).toBe("accepted");
    expect(limits).toEqual([{ maxBodyBytes: 1000, bodyTimeoutMs: 100, inflate: false }]);
  });

  test("one that inflates, where it is compressed: the others would not read it", async () => {
    const { headers, body } = await signed("the secret of product b");
    const compressed = { headers: Object.assign({ "content-encoding": "gzip" }, headers), body };
    const rejected: Delivery[] = [];
    const a = { provider: acme, secret: "the secret of product a", endpoint: "a" };
    const b = { provider: acme, secret: "the secret of product b", endpoint: "b" };
    const inflating = await limitsFor(compressed, [a, { ...b, inflate: true }]);
    expect([inflating.code, inflating.limits[0]?.inflate]).toEqual(["accepted", true]);
    const onRejected = (_: unknown, delivery: Delivery): void => void rejected.push(delivery);
    const refusing = await limitsFor(compressed, [
      { ...a, onRejected },
      { ...b, onRejected },
    ]);
    expect(refusing.code).toBe("body_encoding_unsupported");
    expect(refusing.limits.map(({ inflate }) => inflate)).toEqual([false]);
    expect(rejected).toHaveLength(1);
  });
});

describe("oneOf() with registration handshakes", () => {
  test("the one answers that knows the verify token", async () => {
    const { onWarning } = watching();
    const receiver = createReceiver(
      oneOf([
        { provider: meta, secret: "an app secret", verifyToken: "one", endpoint: "a", onWarning },
        { provider: meta, secret: "another one", verifyToken: "two", endpoint: "b", onWarning },
      ]),
    );
    const asked = (token: string): Promise<Response> =>
      receiver.handle(
        new Request(`${URL}?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`),
        () => {},
      );
    expect(await (await asked("two")).text()).toBe("42");
    expect((await asked("three")).status).toBe(401);
  });

  test("a secret that is handed over is told once", async () => {
    const secrets: string[] = [];
    const receiver = createReceiver(
      oneOf([
        { provider: github, secret: GITHUB_SECRET },
        {
          provider: notion,
          secret: "the secret of notion",
          onSecretHandedOver: (secret) => secrets.push(secret),
        },
      ]),
    );
    const body = JSON.stringify({
      verification_token: "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl",
    });
    const headers = { "content-length": String(body.length) };
    expect((await receiver.receive({ headers, body })).status).toBe("challenge");
    expect(secrets).toHaveLength(1);
  });
});

describe("oneOf() is refused where it can't work", () => {
  test.each([
    ["no list", undefined],
    ["an empty list", []],
  ])("%s", (_, list) => {
    expect(() => oneOf(list as never)).toThrow(/oneOf\(\[\{ provider, secret \}/);
  });

  test("an option beside it, which would have no effect", () => {
    const options = { ...oneOf([{ provider: github, secret: GITHUB_SECRET }]), store: false };
    expect(() => createReceiver(options)).toThrow(/store has no effect beside oneOf\(\)/);
  });

  test("a receiver whose own options can't work", () => {
    expect(() => createReceiver(oneOf([{ provider: github, secret: "" }]))).toThrow(/empty/);
  });
});

test("the events of all providers are one union, which type and body narrow", () => {
  const receiver = createReceiver(
    oneOf([
      { provider: acme, secret: "a secret" },
      {
        provider: defineProvider<{ pong: { text: string }; ping: { other: boolean } }>({
          name: "beta",
          signature: { header: "X-Beta", encoding: "hex" },
          dedup: "content",
        }),
        secret: "another secret",
      },
    ]),
  );
  type Received = typeof receiver extends Receiver<infer Event> ? Event : never;
  expectTypeOf<Extract<Received, { type?: "pong" | undefined }>["body"]>().toEqualTypeOf<{
    text: string;
  }>();
  expectTypeOf<Extract<Received, { type?: "ping" | undefined }>["body"]>().toEqualTypeOf<
    { n: number } | { other: boolean }
  >();
});
