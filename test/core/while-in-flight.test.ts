import {
  type AnyProvider,
  type ClaimStore,
  createReceiver,
  defineProvider,
  memoryStore,
  type ReceiptRecord,
  type ReceiverOptions,
  sign,
} from "@countersign/core";
import { github, para, paradym, parra } from "@countersign/core/providers";
import { describe, expect, test, vi } from "vitest";

const SECRET = "a secret of the tests";

/** Receives two copies of an event at once; the first is completed once the second was answered, or `completeFirst` says so. */
async function copiesOf(
  provider: AnyProvider,
  options: Partial<ReceiverOptions<object>>,
  completeFirst: boolean,
): Promise<{ status: string; records: ReceiptRecord[] }> {
  const records: ReceiptRecord[] = [];
  const kept = memoryStore();
  let asked = 0;
  const store: ClaimStore = {
    ...kept,
    claim: (...args) => {
      asked++;
      return kept.claim(...args);
    },
  };
  const receiver = createReceiver({
    provider,
    secret: SECRET,
    store,
    onStoreError: "reject",
    onReceipt: (record) => records.push(record),
    ...options,
  });
  const delivery = await sign(
    { body: { id: "evt_1", event: "create" } },
    { provider, secret: SECRET },
  );
  const first = await receiver.receive(delivery);
  if (first.status !== "accepted") throw new Error(first.status);
  const second = receiver.receive(delivery);
  await vi.waitFor(() => expect(asked).toBeGreaterThan(1), { timeout: 30_000 });
  if (completeFirst) await first.claim.complete();
  const { status } = await second;
  await first.claim.complete();
  return { status, records };
}

describe("a copy that arrives while the event is processed", () => {
  test.each<AnyProvider>([para, paradym, github])(
    "waits by itself where $name would lose it, or disable the endpoint",
    async (provider) => {
      const { status, records } = await copiesOf(provider, {}, true);
      expect(status).toBe("duplicate");
      const duplicate = records.find(({ outcome }) => outcome === "duplicate");
      expect(duplicate?.waitedMs).toBeGreaterThanOrEqual(0);
      expect(duplicate?.claimMs).toBeGreaterThanOrEqual(0);
    },
  );

  test("is told to come again where the provider sends again, or does not say", async () => {
    const { status, records } = await copiesOf(parra, {}, false);
    expect(status).toBe("in_flight");
    expect(records[0]?.waitedMs).toBeUndefined();
  });

  test("does what the option says, whatever the preset has", async () => {
    expect(await copiesOf(para, { whileInFlight: "reject" }, false)).toMatchObject({
      status: "in_flight",
    });
    expect(await copiesOf(parra, { whileInFlight: "wait" }, true)).toMatchObject({
      status: "duplicate",
    });
  });

  test("waits no longer than the provider", async () => {
    const impatient = defineProvider({ ...parra, delivery: { deadlineSeconds: 0.2 } });
    const { status, records } = await copiesOf(impatient, { whileInFlight: "wait" }, false);
    expect(status).toBe("in_flight");
    expect(records[0]?.waitedMs).toBeGreaterThan(100);
  });
});

describe("a copy that waits where the store hangs after the first one's claim", () => {
  const LONGER_THAN_THE_TEST_MS = 600_000;

  async function copiesWhereStoreHangs(deadlineSeconds: number) {
    const kept = memoryStore();
    let asked = 0;
    const hangs = new Promise<never>(() => {});
    // The copy is told once that the event is being processed, and gets no answer from then on.
    const store: ClaimStore = {
      ...kept,
      claim: (...args) => (++asked > 2 ? hangs : kept.claim(...args)),
    };
    const provider = defineProvider({ ...parra, delivery: { deadlineSeconds } });
    const receiver = createReceiver({
      provider,
      secret: SECRET,
      store,
      whileInFlight: "wait",
      storeTimeoutMs: LONGER_THAN_THE_TEST_MS,
    });
    const delivery = await sign({ body: { id: "evt_1" } }, { provider, secret: SECRET });
    const first = await receiver.receive(delivery);
    if (first.status !== "accepted") throw new Error(first.status);
    const second = receiver.receive(delivery);
    return { claim: first.claim, second, askedAgain: () => expect(asked).toBeGreaterThan(2) };
  }

  test("is a duplicate as soon as the first one is completed in this process", async () => {
    const { claim, second, askedAgain } = await copiesWhereStoreHangs(3600);
    await vi.waitFor(askedAgain, { timeout: 30_000 });
    await claim.complete();
    expect((await second).status).toBe("duplicate");
  });

  test("is told to come again before the provider gives up", async () => {
    const { claim, second, askedAgain } = await copiesWhereStoreHangs(0.3);
    expect((await second).status).toBe("in_flight");
    askedAgain();
    await claim.complete();
  });
});

test("another value of whileInFlight is refused", () => {
  expect(() =>
    createReceiver({ provider: parra, secret: SECRET, whileInFlight: "queue" as never }),
  ).toThrow('parra: whileInFlight is "queue"; it must be "wait" or "reject".');
});
