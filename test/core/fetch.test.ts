import {
  createReceiver,
  type ReceiptRecord,
  type Receiver,
  sign,
  type Warning,
} from "@countersign/core";
import { github } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const SECRET = "a secret of the tests";

/** A receiver with everything that it tells. */
function watchedReceiver(): {
  readonly receiver: Pick<Receiver, "handle">;
  readonly records: readonly ReceiptRecord[];
  readonly warnings: readonly Warning[];
} {
  const records: ReceiptRecord[] = [];
  const warnings: Warning[] = [];
  const receiver = createReceiver({
    provider: github,
    secret: SECRET,
    onStoreError: "reject",
    onReceipt: (record) => records.push(record),
    onWarning: (warning) => warnings.push(warning),
  });
  return { receiver, records, warnings };
}

async function requestOf(id: number): Promise<Request> {
  const { headers, body } = await sign({ body: { id } }, { provider: github, secret: SECRET });
  const init = { method: "POST", headers, body: body as BodyInit };
  return new Request("https://receiver.test/", init);
}

test.each<[string, (request: Request) => unknown]>([
  ["has read it", (request) => request.text()],
  ["holds its stream", (request) => request.body?.getReader()],
])("where something in front %s, handle() says which line to change", async (_, touch) => {
  for (const inflate of [false, true]) {
    const warnings: string[] = [];
    const receiver = createReceiver({
      provider: github,
      secret: SECRET,
      onStoreError: "reject",
      inflate,
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
    });
    const { headers, body } = await sign({ body: { a: 1 } }, { provider: github, secret: SECRET });
    const request = new Request("https://receiver.test/", {
      method: "POST",
      headers: { ...headers, ...(inflate && { "content-encoding": "gzip" }) },
      body: body as BodyInit,
    });
    await touch(request);
    const response = await receiver.handle(request, () => {});
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "body_already_read" });
    expect(warnings.join()).toMatch(/^body_already_read: \w+: .*Call handle\(\) first/);
  }
});

describe("what a handler returns that is no Response", () => {
  test.each<[string, unknown]>([
    ["an object", { id: 1 }],
    ["a number that looks like a status", 202],
    ["an object with a status of its own", { status: "queued" }],
    ["the answer of an HTTP client", { status: 500, headers: new Headers(), data: {} }],
    ["text", "ok"],
    ["false", false],
  ])("%s counts as done, and is warned of once", async (_, returned) => {
    const { receiver, records, warnings } = watchedReceiver();
    for (const id of [1, 2]) {
      const response = await receiver.handle(await requestOf(id), () => returned as never);
      expect(response).toBeInstanceOf(Response);
      expect([response.status, await response.text()]).toEqual([200, ""]);
    }
    expect(records.map(({ settlement }) => settlement)).toEqual(["completed", "completed"]);
    expect(warnings.map(({ code }) => code)).toEqual(["handler_returned"]);
    expect(warnings[0]?.message).toContain("Return a Response, or nothing");
  });

  test("nothing at all, and null, are not warned of", async () => {
    const { receiver, warnings } = watchedReceiver();
    for (const [id, returned] of [undefined, null].entries()) {
      const response = await receiver.handle(await requestOf(id), () => returned as never);
      expect(response.status).toBe(200);
    }
    expect(warnings).toEqual([]);
  });

  test("a Response of another realm or of a library is a Response", async () => {
    const { receiver, records, warnings } = watchedReceiver();
    const foreign = { status: 422, ok: false, headers: { get: () => null }, body: null };
    const response = await receiver.handle(await requestOf(1), () => foreign as never);
    expect(response).toBe(foreign);
    expect(records.map(({ settlement }) => settlement)).toEqual(["released"]);
    expect(warnings).toEqual([]);
  });
});

test("a handler that is none is refused before anything is claimed", async () => {
  const { receiver, records } = watchedReceiver();
  for (const handler of [undefined, "handler", {}]) {
    await expect(receiver.handle(await requestOf(1), handler as never)).rejects.toMatchObject({
      code: "config_invalid",
    });
  }
  expect(records).toEqual([]);
});

test("handle() keeps a Worker alive until the claim is settled", async () => {
  const records: ReceiptRecord[] = [];
  const receiver = createReceiver({
    provider: github,
    secret: SECRET,
    onReceipt: (record) => records.push(record),
  });
  const { headers, body } = await sign({ body: { a: 1 } }, { provider: github, secret: SECRET });
  const request = new Request("https://receiver.test/", {
    method: "POST",
    headers,
    body: body as BodyInit,
  });
  const kept: Promise<unknown>[] = [];
  void receiver.handle(request, () => {}, { waitUntil: (work) => void kept.push(work) });
  expect(kept).toHaveLength(1);
  await Promise.all(kept);
  expect(records.map(({ settlement }) => settlement)).toEqual(["completed"]);
});
