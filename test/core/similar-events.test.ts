import { createReceiver, defineProvider, memoryStore, sign } from "@countersign/core";
import { expect, test } from "vitest";

const secret = "a secret of the tests";
const provider = defineProvider({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{body}" },
  id: { body: "/events/*/id" },
  type: { body: "/type" },
  dedup: "id",
});

/** Whether each of these is an event of its own to receivers that share a store. */
async function areDifferent(
  events: readonly { ids: string[]; type?: string; endpoint?: string; tenant?: string }[],
): Promise<boolean> {
  const store = memoryStore();
  const statuses = [];
  for (const { ids, type, endpoint, tenant = "" } of events) {
    const receiver = createReceiver({
      provider,
      store,
      endpoint,
      secret: () => ({ tenant, secrets: secret }),
    });
    const message = await sign(
      { body: { events: ids.map((id) => ({ id })), type } },
      { provider, secret },
    );
    statuses.push((await receiver.receive(message)).status);
  }
  return statuses.every((status) => status === "accepted");
}

test("several ids in one delivery are a list, in which no id runs into the next", async () => {
  expect(await areDifferent([{ ids: ["ab", "c"] }, { ids: ["a", "bc"] }])).toBe(true);
  expect(await areDifferent([{ ids: ["a", "b"] }, { ids: ["b", "a"] }])).toBe(true);
  expect(await areDifferent([{ ids: ["a"] }, { ids: ["a", "a"] }])).toBe(true);
  expect(await areDifferent([{ ids: ["a", "b"] }, { ids: ["a", "b"] }])).toBe(false);
});

test("an id that ends like a type is not taken for one", async () => {
  const alike = [{ ids: ["a"], type: "b" }, { ids: ["a/1:b"] }, { ids: ["a/b"] }, { ids: ["ab"] }];
  expect(await areDifferent(alike)).toBe(true);
});

test("an endpoint and a tenant don't run into each other, nor into an id", async () => {
  const alike = [
    { endpoint: "a", tenant: "bc", ids: ["d"] },
    { endpoint: "ab", tenant: "c", ids: ["d"] },
    { endpoint: "a", tenant: "b", ids: ["cd"] },
  ];
  expect(await areDifferent(alike)).toBe(true);
});

test("ids of which each is half an emoji are different", async () => {
  expect(await areDifferent([{ ids: ["\ud83d"] }, { ids: ["\ud83e"] }])).toBe(true);
});
