import { setTimeout as sleep } from "node:timers/promises";
import {
  createReceiver,
  memoryStore,
  type ReceiverOptions,
  sign,
  type SignedMessage,
} from "@countersign/core";
import { github, type GitHubEvents, slack } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { SECRET } from "../conformance/delivery.ts";
import { type Collected, collected, type Point } from "./collected.ts";

const OWN = { "countersign.provider": "github", "messaging.destination.name": "github" };

function signed(n: number): Promise<SignedMessage> {
  return sign({ body: { n } }, { provider: github, secret: SECRET });
}

function receiverOf(
  { observe }: Collected,
  options: Partial<ReceiverOptions<GitHubEvents>> = {},
): ReturnType<typeof createReceiver<GitHubEvents>> {
  return createReceiver({
    provider: github,
    secret: SECRET,
    observe,
    onWarning: () => {},
    ...options,
  });
}

function counted(outcome: string, more: object, value: number): Point {
  return { attributes: { ...OWN, "countersign.outcome": outcome, ...more }, value, count: 1 };
}

type Receiver = ReturnType<typeof receiverOf>;

async function process(
  receiver: Receiver,
  delivery: SignedMessage,
  end: "complete" | "release" = "complete",
): Promise<void> {
  const receipt = await receiver.receive(delivery);
  if (receipt.status === "accepted") await receipt.claim[end]();
}

test("deliveries are counted by outcome, code and settlement", async () => {
  const sdk = collected();
  const receiver = receiverOf(sdk);
  await process(receiver, await signed(1));
  await process(receiver, await signed(1));
  await process(receiver, await signed(2));
  await process(receiver, await signed(3), "release");
  await receiver.receive({ headers: {}, body: "{}" });
  await receiver.receive({ ...(await signed(4)), body: "forged" });
  await receiver.receive({ ...(await signed(5)), body: "forged" });
  expect(await sdk.points("countersign.deliveries")).toEqual([
    counted("accepted", { "countersign.settlement": "completed" }, 2),
    counted("duplicate", {}, 1),
    counted("accepted", { "countersign.settlement": "released" }, 1),
    counted("rejected", { "countersign.code": "signature_missing" }, 1),
    counted("rejected", { "countersign.code": "signature_mismatch" }, 2),
  ]);
});

test("nothing that a sender chooses becomes an attribute of a metric", async () => {
  const sdk = collected();
  const receiver = receiverOf(sdk);
  for (let n = 0; n < 20; n++) {
    const { headers, body } = await signed(n);
    const own = { "X-GitHub-Event": `type ${n}`, "X-GitHub-Delivery": `id ${n}` };
    await process(receiver, {
      headers: { ...headers, ...own, "User-Agent": `agent ${n}` },
      body,
    });
  }
  for (const { descriptor, dataPoints } of await sdk.metrics()) {
    expect([descriptor.name, dataPoints.length]).toEqual([descriptor.name, 1]);
  }
});

test("handler time, by the error that ended it", async () => {
  const sdk = collected();
  const receiver = receiverOf(sdk);
  const handle = async (n: number, handler: () => Promise<void>): Promise<void> => {
    const { headers, body } = await signed(n);
    const init = { method: "POST", headers, body: new Uint8Array(body) };
    await receiver.handle(new Request("http://localhost/", init), handler);
  };
  await handle(1, () => sleep(50));
  await handle(2, () => Promise.reject(new TypeError("no")));
  const [slow, failed] = await sdk.points("messaging.process.duration");
  const attributes = {
    ...OWN,
    "messaging.system.name": "webhook",
    "messaging.operation.name": "process",
  };
  expect(slow).toMatchObject({ attributes, count: 1 });
  expect(slow?.attributes).not.toHaveProperty("error.type");
  expect(slow?.value).toBeGreaterThan(0.045);
  expect(failed).toMatchObject({ attributes: { ...attributes, "error.type": "TypeError" } });
});

test("the time that the store took, also where it failed", async () => {
  const sdk = collected();
  const store = memoryStore();
  let isAway = false;
  const receiver = receiverOf(sdk, {
    store: {
      ...store,
      async claim(key, terms) {
        await sleep(50);
        if (isAway) throw new Error("connection refused");
        return store.claim(key, terms);
      },
    },
  });
  await process(receiver, await signed(1));
  isAway = true;
  await process(receiver, await signed(2));
  const [claim] = await sdk.points("countersign.claim.duration");
  expect(claim).toMatchObject({ attributes: OWN, count: 2 });
  expect(claim?.value).toBeGreaterThan(0.09);
  const decisions = await sdk.points("countersign.decision.duration");
  expect(decisions.map(({ attributes }) => attributes["countersign.outcome"])).toEqual([
    "accepted",
    "rejected",
  ]);
});

test("the age at arrival, never below zero", async () => {
  const sdk = collected();
  const at = Date.UTC(2026, 0, 1);
  for (const [n, arrival] of [
    [1, at + 90_000],
    [2, at - 5000],
  ] as const) {
    const body = JSON.stringify({ type: "event_callback", event_id: `Ev${n}` });
    const receiver = createReceiver({
      provider: slack,
      secret: SECRET,
      observe: sdk.observe,
      now: () => arrival,
    });
    const delivery = await sign({ body }, { provider: slack, secret: SECRET, now: () => at });
    const receipt = await receiver.receive(delivery);
    if (receipt.status === "accepted") await receipt.claim.complete();
  }
  expect(await sdk.points("countersign.delivery.age")).toMatchObject([{ value: 90, count: 2 }]);
});

describe("a handler that fails too late", () => {
  test("is counted by itself, beside the delivery that was answered", async () => {
    const sdk = collected();
    const receipt = await receiverOf(sdk).receive(await signed(1));
    if (receipt.status !== "accepted") throw new Error(receipt.status);
    await receipt.claim.complete();
    await receipt.claim.release(new RangeError("too late"));
    await expect
      .poll(() => sdk.points("countersign.late_failures"))
      .toEqual([{ attributes: OWN, value: 1, count: 1 }]);
    expect(await sdk.points("countersign.deliveries")).toMatchObject([{ value: 1 }]);
    expect(sdk.spans()).toHaveLength(1);
    expect(sdk.logs()).toMatchObject([
      { severityText: "INFO" },
      { severityText: "ERROR", attributes: { "error.type": "RangeError" } },
    ]);
  });
});
