import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import {
  createVerifier,
  verify,
  type ClaimStore,
  createReceiver,
  defineProvider,
  memoryStore,
  type Receipt,
  type ReceiptRecord,
  type ReceiverOptions,
  sign,
  type SignedMessage,
} from "@countersign/core";
import { describe, expect, test } from "vitest";

const SECRET = "a secret of the tests";

const acme = defineProvider<{ "invoice.paid": { id: string; type: string } }>({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{timestamp}.{body}" },
  timestamp: { header: "X-Timestamp", unit: "seconds", of: "attempt" },
  id: { body: "/id" },
  type: { body: "/type" },
  dedup: "id",
});

function signed(id: string): Promise<SignedMessage> {
  return sign({ body: { id, type: "invoice.paid" } }, { provider: acme, secret: SECRET });
}

function receiverWith(
  options: Partial<ReceiverOptions<{ "invoice.paid": { id: string; type: string } }>> = {},
): ReturnType<typeof createReceiver<{ "invoice.paid": { id: string; type: string } }>> {
  return createReceiver({ provider: acme, secret: SECRET, ...options });
}

type Accepted = Extract<Receipt, { status: "accepted" }>;

function accepted(receipt: Receipt): Accepted {
  if (receipt.status === "accepted") return receipt;
  throw new Error(`${receipt.status}, not accepted`, { cause: receipt });
}

/** A memory store whose methods can be made slow or broken, as one over a network can be. */
function storeWith(changes: Partial<ClaimStore>): ClaimStore {
  return { ...memoryStore(), ...changes };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("connection refused"));
}

function unfit(): { issues: { message: string }[] } {
  return { issues: [{ message: "does not fit" }] };
}

function noAnswer(): Promise<never> {
  return new Promise(() => {});
}

function brokenStore(): ClaimStore {
  return storeWith({ claim: refuse });
}

function withOldSecretUntil(ms: number): ReturnType<typeof receiverWith> {
  return receiverWith({
    secret: [{ secret: SECRET, id: "old", notAfter: new Date(ms) }, "a new secret of the tests"],
  });
}

describe("an event is processed once", () => {
  test("completed, it is a duplicate from then on", async () => {
    const receiver = receiverWith();
    const { event, claim } = accepted(await receiver.receive(await signed("a")));
    expect(event).toMatchObject({ provider: "acme", id: "a", type: "invoice.paid", unsigned: [] });
    expect(await claim.complete()).toBe(true);
    expect(await receiver.receive(await signed("a"))).toMatchObject({ status: "duplicate" });
    expect((await receiver.receive(await signed("b"))).status).toBe("accepted");
  });

  test("while it is processed, another delivery of it is told to come again", async () => {
    const receiver = receiverWith();
    accepted(await receiver.receive(await signed("a")));
    const receipt = await receiver.receive(await signed("a"));
    // The lease has 60 s to go; nobody is asked to wait longer than 10.
    expect(receipt).toMatchObject({ status: "in_flight", retryAfterSeconds: 10 });
  });

  test("of many deliveries at once exactly one is accepted", async () => {
    const receiver = receiverWith();
    const message = await signed("a");
    const receipts = await Promise.all(Array.from({ length: 50 }, () => receiver.receive(message)));
    const statuses = receipts.map(({ status }) => status);
    expect(statuses.filter((status) => status === "accepted")).toHaveLength(1);
    expect(statuses.filter((status) => status === "in_flight")).toHaveLength(49);
  });

  test("given back, it is accepted again, and the log names the cause", async () => {
    const warnings: string[] = [];
    const receiver = receiverWith({ onWarning: ({ message }) => warnings.push(message) });
    const { claim } = accepted(await receiver.receive(await signed("a")));
    expect(await claim.release(new Error("the database was away"))).toBe(true);
    expect(warnings.join()).toContain("the database was away");
    expect((await receiver.receive(await signed("a"))).status).toBe("accepted");
  });

  test("a claim is settled once: what comes second says false, what is repeated says the same", async () => {
    const receiver = receiverWith();
    const first = accepted(await receiver.receive(await signed("a"))).claim;
    expect(await Promise.all([first.complete(), first.release(), first.complete()])).toEqual([
      true,
      false,
      true,
    ]);
    expect((await receiver.receive(await signed("a"))).status).toBe("duplicate");
  });

  test("a memory store that is full of events that could be replayed takes no more, and forgets none", async () => {
    const receiver = receiverWith({ store: memoryStore({ maxKeys: 2 }) });
    const messages = await Promise.all(["a", "b", "c"].map(signed));
    const [first, second, third] = messages as [SignedMessage, SignedMessage, SignedMessage];
    for (const message of [first, second]) {
      await accepted(await receiver.receive(message)).claim.complete();
    }
    expect(await receiver.receive(third)).toMatchObject({ error: { code: "store_unavailable" } });
    for (const replay of [first, second]) {
      expect((await receiver.receive(replay)).status).toBe("duplicate");
    }
  });

  test("the same id under another signed type is another event, and under an unsigned one it is not", async () => {
    const receiver = receiverWith();
    for (const type of ["invoice.paid", "invoice.void"]) {
      const message = await sign({ body: { id: "a", type } }, { provider: acme, secret: SECRET });
      await accepted(await receiver.receive(message)).claim.complete();
    }
    const unsigned = defineProvider({
      ...acme,
      type: { header: "X-Type", unsigned: true },
    });
    const other = createReceiver({ provider: unsigned, secret: SECRET });
    const { headers, body } = await signed("a");
    const as = (type: string) => ({ headers: { ...headers, "X-Type": type }, body });
    await accepted(await other.receive(as("invoice.paid"))).claim.complete();
    expect((await other.receive(as("invoice.void"))).status).toBe("duplicate");
  });

  test("the same content under another signed type is another event", async () => {
    const provider = defineProvider({
      name: "acme",
      signature: { header: "X-Signature", encoding: "hex", content: "{header:x-type}.{body}" },
      type: { header: "X-Type" },
      dedup: "content",
    });
    const receiver = createReceiver({ provider, secret: SECRET });
    for (const expected of ["accepted", "duplicate"]) {
      for (const type of ["opened", "closed"]) {
        const receipt = await receiver.receive(
          await sign({ body: "{}", type }, { provider, secret: SECRET }),
        );
        expect(receipt.status).toBe(expected);
        if (receipt.status === "accepted") await receipt.claim.complete();
      }
    }
  });

  test("two endpoints that share a store keep apart", async () => {
    const store = memoryStore();
    for (const endpoint of ["one", "two"]) {
      const receiver = receiverWith({ store, endpoint });
      await accepted(await receiver.receive(await signed("a"))).claim.complete();
    }
    expect(store.size).toBe(2);
  });

  test("two tenants that share an endpoint keep apart", async () => {
    for (const tenant of ["one", "two"]) {
      const store = memoryStore();
      const receiver = receiverWith({ store, secret: () => ({ tenant, secrets: SECRET }) });
      await accepted(await receiver.receive(await signed("a"))).claim.complete();
      const other = receiverWith({ store, secret: () => ({ tenant: "three", secrets: SECRET }) });
      expect((await other.receive(await signed("a"))).status).toBe("accepted");
      expect((await receiver.receive(await signed("a"))).status).toBe("duplicate");
    }
  });

  test("without a store each delivery is accepted", async () => {
    const receiver = receiverWith({ store: false });
    for (let time = 0; time < 2; time++) {
      const { claim } = accepted(await receiver.receive(await signed("a")));
      expect(claim.key).toBeUndefined();
      expect(await claim.complete()).toBe(true);
    }
  });
});

describe("onReceipt gets one record a delivery", () => {
  test("with what was decided and how the claim ended, and never a body or a secret", async () => {
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({
      secret: [{ secret: SECRET, id: "2026" }],
      onReceipt: (record) => records.push(record),
    });
    const message = await signed("a");
    const first = accepted(await receiver.receive(message));
    await receiver.receive(message);
    await first.claim.complete();
    await receiver.receive(message);
    await receiver.receive({ headers: message.headers, body: "{}" });
    const cause = new Error("no");
    await accepted(await receiver.receive(await signed("b"))).claim.release(cause);

    const common = { provider: "acme", endpoint: "acme", decisionMs: expect.any(Number) as number };
    const known = { ...common, id: "a", secretId: "2026", bytes: message.body.length };
    expect(records).toMatchObject([
      { ...known, outcome: "in_flight" },
      { ...known, outcome: "accepted", settlement: "completed" },
      { ...known, outcome: "duplicate" },
      { ...common, outcome: "rejected", code: "signature_mismatch" },
      { ...common, id: "b", outcome: "accepted", settlement: "released", error: cause },
    ]);
    expect(records[1]?.processingMs).toBeGreaterThanOrEqual(0);
    const log = JSON.stringify(records);
    expect(log).not.toContain(SECRET);
    expect(log).not.toContain(JSON.stringify(Buffer.from(message.body).toString()).slice(1, -1));
  });

  test("with what is known of an event that is verified and refused all the same", async () => {
    const records: ReceiptRecord[] = [];
    const options: Partial<ReceiverOptions<{ "invoice.paid": { id: string; type: string } }>> = {
      secret: () => ({ tenant: "one", secrets: [{ secret: SECRET, id: "2026" }] }),
      onReceipt: (record) => records.push(record),
    };
    const schema = { "~standard": { version: 1, vendor: "test", validate: unfit } } as const;
    const message = await signed("a");
    await receiverWith({ ...options, store: brokenStore() }).receive(message);
    await createReceiver({ provider: acme, secret: SECRET, ...options, schema }).receive(message);

    const known = { id: "a", type: "invoice.paid", tenant: "one", secretId: "2026" };
    const bytes = message.body.length;
    expect(records).toMatchObject([
      { outcome: "rejected", code: "store_unavailable", ...known, bytes },
      { outcome: "rejected", code: "schema_mismatch", ...known, bytes },
    ]);
  });

  test("without what a parser quotes of a body that is verified and no JSON", async () => {
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({ onReceipt: (record) => records.push(record) });
    const message = await sign({ body: "my password" }, { provider: acme, secret: SECRET });
    const receipt = await receiver.receive(message);
    expect(records).toMatchObject([{ code: "body_malformed" }]);
    expect(inspect(records)).not.toContain("password");
    // Whoever prints the error of the receipt, or of verify(), prints no more.
    expect(inspect(receipt)).toContain("body_malformed");
    expect(inspect(receipt, { depth: 9 })).not.toContain("password");
  });

  test("and when it throws, the delivery is taken all the same, with a warning", async () => {
    const warnings: string[] = [];
    const receiver = receiverWith({
      onReceipt: () => {
        throw new Error("the log is full");
      },
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
    });
    expect(await accepted(await receiver.receive(await signed("a"))).claim.complete()).toBe(true);
    expect(warnings).toEqual(["callback_failed: onReceipt threw: the log is full"]);
  });

  test("and so it is when it rejects", async () => {
    const warnings: string[] = [];
    const receiver = receiverWith({
      onReceipt: () => Promise.reject(new Error("the log is away")),
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
    });
    expect(await accepted(await receiver.receive(await signed("a"))).claim.complete()).toBe(true);
    await expect
      .poll(() => warnings)
      .toEqual(["callback_failed: onReceipt threw: the log is away"]);
  });
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("no warnings, please");
    },
  ],
  ["rejects", () => Promise.reject(new Error("no warnings, please"))],
])(
  "an onWarning that %s ends neither the start nor a delivery, and the warnings are said elsewhere",
  async (_, onWarning) => {
    const said: unknown[] = [];
    const listen = (warning: Error): void => void said.push(warning);
    process.on("warning", listen);
    const receiver = receiverWith({ secret: ["short", SECRET], onReceipt: refuse, onWarning });
    expect((await receiver.receive(await signed("a"))).status).toBe("accepted");
    expect((await receiver.receive({ headers: {}, body: "{}" })).status).toBe("rejected");
    await expect
      .poll(() => said)
      .toMatchObject([{ code: "secret_short" }, { code: "callback_failed" }]);
    process.off("warning", listen);
  },
);

describe("when the store is away", () => {
  test("a delivery is rejected with 503, so that it comes again", async () => {
    const receipt = await receiverWith({ store: brokenStore() }).receive(await signed("a"));
    expect(receipt).toMatchObject({
      status: "rejected",
      error: { code: "store_unavailable", status: 503 },
    });
    expect(receipt.status === "rejected" && receipt.error.message).toContain("connection refused");
  });

  test("and with onStoreError: accept it is processed without dedup, which the record tells", async () => {
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({
      store: brokenStore(),
      onStoreError: "accept",
      onReceipt: (record) => records.push(record),
    });
    for (let time = 0; time < 2; time++) {
      const { claim } = accepted(await receiver.receive(await signed("a")));
      expect(claim.key).toBeUndefined();
      expect(await claim.complete()).toBe(true);
    }
    expect(records).toMatchObject([
      { outcome: "accepted", settlement: "completed", error: { message: "connection refused" } },
      { outcome: "accepted", settlement: "completed", error: { message: "connection refused" } },
    ]);
  });

  test("and an answer that gives the event back is not told as a failure of the handler", async () => {
    const warnings: string[] = [];
    const receiver = receiverWith({
      store: brokenStore(),
      onStoreError: "accept",
      onWarning: ({ message }) => warnings.push(message),
    });
    const given = accepted(await receiver.receive(await signed("a")));
    await given.claim.release();
    expect(warnings).toEqual([]);
    const failed = accepted(await receiver.receive(await signed("a")));
    await failed.claim.release(new Error("the handler's own"));
    expect(warnings).toEqual([expect.stringContaining("Error: the handler's own")]);
  });

  test("a forged delivery is refused before the store is asked", async () => {
    const { headers } = await signed("a");
    const receiver = receiverWith({ store: brokenStore(), onStoreError: "accept" });
    expect(await receiver.receive({ headers, body: "{}" })).toMatchObject({
      error: { code: "signature_mismatch" },
    });
  });

  test("a store that does not answer is given up after storeTimeoutMs", async () => {
    const store = storeWith({ claim: () => new Promise(() => {}) });
    const receiver = receiverWith({ store, storeTimeoutMs: 20 });
    expect(await receiver.receive(await signed("a"))).toMatchObject({
      error: { code: "store_unavailable" },
    });
  });

  test("a claim granted after that is given back, so that the retry is accepted", async () => {
    const memory = memoryStore();
    let delayMs = 60;
    const store: ClaimStore = {
      ...memory,
      claim: async (key, options) => {
        const result = await memory.claim(key, options);
        await sleep(delayMs);
        return result;
      },
    };
    const receiver = receiverWith({ store, storeTimeoutMs: 20 });
    expect((await receiver.receive(await signed("a"))).status).toBe("rejected");
    expect(memory.size).toBe(1);
    delayMs = 0;
    await expect.poll(() => memory.size).toBe(0);
    expect((await receiver.receive(await signed("a"))).status).toBe("accepted");
  });

  test("a settlement that gets no answer is given up, so that the response goes out", async () => {
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({
      store: storeWith({ complete: noAnswer, release: noAnswer }),
      storeTimeoutMs: 20,
      onReceipt: (record) => records.push(record),
    });
    expect(await accepted(await receiver.receive(await signed("a"))).claim.complete()).toBe(false);
    expect(await accepted(await receiver.receive(await signed("b"))).claim.release()).toBe(false);
    expect(records.map(({ settlement }) => settlement)).toEqual(["failed", "failed"]);
  });

  test("a settlement that fails is reported, and neither complete() nor release() rejects", async () => {
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({
      store: storeWith({ complete: refuse, release: refuse }),
      onReceipt: (record) => records.push(record),
    });
    expect(await accepted(await receiver.receive(await signed("a"))).claim.complete()).toBe(false);
    expect(await accepted(await receiver.receive(await signed("b"))).claim.release()).toBe(false);
    expect(records.map(({ settlement }) => settlement)).toEqual(["failed", "failed"]);
  });
});

describe("the lease of a claim", () => {
  test("is renewed while the handler works, for longer than it would last", async () => {
    const receiver = receiverWith({ leaseSeconds: 1.5 });
    const { claim } = accepted(await receiver.receive(await signed("a")));
    await sleep(2000);
    expect((await receiver.receive(await signed("a"))).status).toBe("in_flight");
    expect(claim.signal.aborted).toBe(false);
    expect(await claim.complete()).toBe(true);
    expect((await receiver.receive(await signed("a"))).status).toBe("duplicate");
  });

  test("ends with maxProcessingSeconds: the signal tells, and the retry takes over", async () => {
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({
      leaseSeconds: 0.5,
      maxProcessingSeconds: 0.6,
      onReceipt: (record) => records.push(record),
    });
    const hung = accepted(await receiver.receive(await signed("a"))).claim;
    await expect.poll(() => hung.signal.aborted).toBe(true);
    expect(hung.signal.reason).toMatchObject({ code: "claim_lost" });
    await sleep(100);
    const second = accepted(await receiver.receive(await signed("a"))).claim;
    expect(await hung.complete()).toBe(false);
    expect(await second.complete()).toBe(true);
    expect(records.map(({ settlement }) => settlement)).toEqual(["lost", "completed"]);
  });

  test("counts from when the store was asked to renew it, however late it answers", async () => {
    let asked = 0;
    const memory = memoryStore();
    const extend: ClaimStore["extend"] = async (key, options) => {
      if (++asked > 1) return new Promise<never>(() => {});
      const extended = await memory.extend(key, options);
      await sleep(1200);
      return extended;
    };
    const receiver = receiverWith({ store: { ...memory, extend }, leaseSeconds: 2.4 });
    const { claim } = accepted(await receiver.receive(await signed("a")));
    const startedAtMs = performance.now();
    await expect.poll(() => claim.signal.aborted, { interval: 5 }).toBe(true);
    // Asked at 800 ms, answered at 2000.
    expect(performance.now() - startedAtMs).toBeLessThan(4000);
  });

  test("of a handler that never ends is told of: when it is overdue, and when the claim lapses", async () => {
    const warnings: string[] = [];
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({
      leaseSeconds: 0.3,
      maxProcessingSeconds: 0.2,
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
      onReceipt: (record) => records.push(record),
    });
    const { claim } = accepted(await receiver.receive(await signed("a")));
    await expect.poll(() => records.length, { interval: 5 }).toBe(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^handler_overdue: acme: a handler has not answered for 0\.2 s; end the response or return.*raise maxProcessingSeconds/,
    );
    expect(records[0]).toMatchObject({ outcome: "accepted", id: "a", settlement: "lost" });
    expect(records[0]?.error).toMatchObject({ code: "claim_lost" });
    expect(claim.signal.aborted).toBe(true);
    // It was reported: a delivery has one record.
    await claim.complete();
    expect(records).toHaveLength(1);
  });

  test.each([
    ["none is kept", { store: false as const }],
    ["the store is away", { onStoreError: "accept" as const, store: brokenStore() }],
  ])("that is none, since %s, is told of too when its handler never ends", async (_, options) => {
    const warnings: string[] = [];
    const receiver = receiverWith({
      ...options,
      maxProcessingSeconds: 0.1,
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
    });
    const { claim } = accepted(await receiver.receive(await signed("a")));
    await expect.poll(() => warnings.length).toBe(1);
    expect(warnings[0]).toMatch(
      /^handler_overdue: acme: .*for 0\.1 s;.* A retry is not kept back meanwhile\. If it/,
    );
    expect(await claim.complete()).toBe(true);
    await accepted(await receiver.receive(await signed("b"))).claim.complete();
    await sleep(200);
    expect(warnings).toHaveLength(1);
  });

  test("of a handler that ends late, but before the claim lapses, is told of as overdue and as completed", async () => {
    const warnings: string[] = [];
    const records: ReceiptRecord[] = [];
    const receiver = receiverWith({
      leaseSeconds: 5,
      maxProcessingSeconds: 0.1,
      onWarning: ({ code }) => warnings.push(code),
      onReceipt: (record) => records.push(record),
    });
    await accepted(await receiver.receive(await signed("a"))).claim.complete();
    await sleep(150);
    expect(warnings).toEqual([]);
    const { claim } = accepted(await receiver.receive(await signed("b")));
    await sleep(150);
    expect(await claim.complete()).toBe(true);
    expect(warnings).toEqual(["handler_overdue"]);
    expect(records.map(({ settlement }) => settlement)).toEqual(["completed", "completed"]);
  });

  test("that somebody else has taken is noticed when the claim is completed", async () => {
    const store = storeWith({ complete: () => Promise.resolve(false) });
    const { claim } = accepted(await receiverWith({ store }).receive(await signed("a")));
    expect(await claim.complete()).toBe(false);
    expect(claim.signal.reason).toMatchObject({ code: "claim_lost" });
  });

  test("that somebody else has taken is noticed by the next heartbeat", async () => {
    const memory = memoryStore();
    const store: ClaimStore = { ...memory, extend: () => Promise.resolve(false) };
    const receiver = receiverWith({ store, leaseSeconds: 3 });
    const { claim } = accepted(await receiver.receive(await signed("a")));
    await expect.poll(() => claim.signal.aborted, { interval: 5 }).toBe(true);
    // Not by its own clock, which would say that the lease ended without being renewed.
    expect(claim.signal.reason).toMatchObject({
      message: expect.stringContaining("taken it over"),
    });
  });
});

describe("secrets that are looked up", () => {
  test.each([
    ["nobody is known", () => undefined, "signature_mismatch", 401],
    [
      "the lookup fails",
      () => Promise.reject(new Error("vault sealed")),
      "secret_unavailable",
      503,
    ],
    ["the lookup hangs", () => new Promise<never>(() => {}), "secret_unavailable", 503],
  ])("%s", async (_, secret, code, status) => {
    const receiver = receiverWith({ secret, secretTimeoutMs: 20 });
    expect(await receiver.receive(await signed("a"))).toMatchObject({
      status: "rejected",
      error: { code, status },
    });
  });

  test("what fails is told once, with its cause", async () => {
    const warnings: string[] = [];
    const receiver = receiverWith({
      secret: () => Promise.reject(new Error("vault sealed")),
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
    });
    for (const id of ["a", "b"]) await receiver.receive(await signed(id));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^secret_unavailable: .*vault sealed/);
  });

  test.each<[string, object, RegExp]>([
    [
      "a misspelt tenant, by which all would share their keys",
      { tennant: "one", secrets: SECRET },
      /its field "tennant" can't be used\. Return \{ tenant, secrets \}/,
    ],
    ["misspelt secrets", { tenant: "one", secret: SECRET }, /its field "secret" can't be used/],
    ["an entry without a list", { id: "one", secret: SECRET }, /its field "id" can't be used/],
    ["a tenant of null", { tenant: null, secrets: SECRET }, /its field "tenant" can't be used/],
    [
      "a tenant that is an object",
      { tenant: { id: 1 }, secrets: SECRET },
      /its field "tenant" can't be used\. Return .*tenant is text/,
    ],
  ])("%s is a 503 that names the field", async (_, found, said) => {
    for (const secret of [() => found, async () => found]) {
      const receiver = receiverWith({ secret: secret as never });
      const receipt = await receiver.receive(await signed("a"));
      expect(receipt).toMatchObject({ error: { code: "secret_unavailable", status: 503 } });
      expect(receipt.status === "rejected" && receipt.error.message).toMatch(said);
      const options = { provider: acme, secret: secret as never };
      const verifier = createVerifier(options);
      for (const checked of [
        verify(await signed("a"), options),
        verifier.verify(await signed("a")),
        verifier.check(await signed("a")),
      ]) {
        await expect(checked).rejects.toMatchObject({
          code: "secret_unavailable",
          message: expect.stringMatching(said),
        });
      }
    }
  });

  test.each([
    ["text", SECRET],
    ["bytes", new TextEncoder().encode(SECRET)],
    ["a list", ["another secret of the tests", { secret: SECRET }]],
    ["secrets without a tenant", { secrets: SECRET }],
    ["secrets of a tenant", { tenant: "one", secrets: [SECRET] }],
    ["secrets of a tenant that a number names", { tenant: 1 as never, secrets: [SECRET] }],
  ])("are taken as %s", async (_, found) => {
    expect((await receiverWith({ secret: () => found }).receive(await signed("a"))).status).toBe(
      "accepted",
    );
  });

  test("each in its own time: an old secret ends, a new one begins", async () => {
    const at = Date.now();
    const { event } = accepted(await withOldSecretUntil(at + 60_000).receive(await signed("a")));
    expect(event.secretId).toBe("old");
    expect(await withOldSecretUntil(at - 60_000).receive(await signed("a"))).toMatchObject({
      error: { code: "signature_mismatch" },
    });
  });
});
