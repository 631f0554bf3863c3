import { setTimeout as sleep } from "node:timers/promises";
import {
  type AnyProvider,
  createReceiver,
  defineProvider,
  type DeliveryDefinition,
  type ReceiptRecord,
  type ReceiverOptions,
  sign,
  type Warning,
} from "@countersign/core";
import { para, paradym } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const SECRET = "a secret of the tests";

/** A receiver of a provider with these facts, with what it told. */
function receiverOf(delivery: DeliveryDefinition, options: Partial<ReceiverOptions> = {}) {
  const warnings: Warning[] = [];
  const records: ReceiptRecord[] = [];
  const provider = defineProvider({
    name: "acme",
    signature: { header: "X-Acme-Signature", encoding: "hex" },
    dedup: "content",
    delivery,
  });
  const receiver = createReceiver({
    provider,
    secret: SECRET,
    onWarning: (warning) => warnings.push(warning),
    onReceipt: (record) => records.push(record),
    ...options,
  });
  const claim = async (body: object) => {
    const receipt = await receiver.receive(await sign({ body }, { provider, secret: SECRET }));
    if (receipt.status !== "accepted") throw new Error(receipt.status);
    return receipt.claim;
  };
  return { claim, warnings, records, codes: () => warnings.map(({ code }) => code) };
}

describe("a provider that never sends an event again", () => {
  test("is told of at construction, with the lines to write", () => {
    const { warnings } = receiverOf({ retrySpanSeconds: 0 });
    expect(warnings.map(({ code }) => code)).toEqual(["retries_none"]);
    expect(warnings[0]?.message).toMatch(/inbox: createInbox\(.*onStoreError: "accept"/);
  });

  test.each([{ onStoreError: "accept" }, { onStoreError: "reject" }] as const)(
    "is not told of once the user has decided: %o",
    (decided) => {
      expect(receiverOf({ retrySpanSeconds: 0 }, decided).warnings).toEqual([]);
    },
  );

  test.each([{ retrySpanSeconds: 60 }, {}])("is not one that %o", (delivery) => {
    expect(receiverOf(delivery).warnings).toEqual([]);
  });

  test.each<AnyProvider>([para, paradym])("$name is one", (provider) => {
    const codes: string[] = [];
    createReceiver({ provider, secret: SECRET, onWarning: ({ code }) => codes.push(code) });
    expect(codes).toEqual(["retries_none"]);
  });
});

describe("behind receive()", () => {
  test("a claim that is completed after the deadline is told of once, and marked in each record", async () => {
    const { claim, records, codes } = receiverOf({ deadlineSeconds: 0.02 });
    for (const n of [1, 2]) {
      const held = await claim({ n });
      await sleep(40);
      await held.complete();
    }
    expect(codes()).toEqual(["deadline_passed"]);
    expect(records.map(({ deadlinePassed }) => deadlinePassed)).toEqual([true, true]);
  });

  test("so is one that is given back", async () => {
    const { claim, records, codes } = receiverOf({ deadlineSeconds: 0.02 });
    const held = await claim({});
    await sleep(40);
    await held.release(new Error("the handler failed"));
    expect(codes()).toEqual(["deadline_passed"]);
    expect(records).toMatchObject([{ settlement: "released", deadlinePassed: true }]);
  });

  test("work that goes on after the answer (waitUntil) has no deadline", async () => {
    const { claim, records, codes } = receiverOf({ deadlineSeconds: 1 });
    const held = await claim({});
    held.waitUntil(sleep(1200));
    await held.complete();
    await expect.poll(() => records.length, { timeout: 30_000 }).toBe(1);
    expect(records[0]?.deadlinePassed).toBeUndefined();
    expect(codes()).toEqual([]);
  });
});

describe("what a definition says of its statuses", () => {
  test.each([[[]], [[199]], [[300]], [["200"]], [200]])("%j is refused", (successStatuses) => {
    const delivery = { successStatuses } as unknown as DeliveryDefinition;
    expect(() => receiverOf(delivery)).toThrow(
      /delivery\.successStatuses .* must be a list of HTTP statuses from 200 to 299/,
    );
  });
});
