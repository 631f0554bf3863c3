import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReceiptRecord } from "@countersign/core";
import { paradym } from "@countersign/core/providers";
import { webhook } from "@countersign/node";
import { afterEach, describe, expect, test } from "vitest";
import { macOf, paradymBody, SECRET } from "../conformance/delivery.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const records: ReceiptRecord[] = [];
afterEach(() => void records.splice(0));

/** Starts a listener whose handler does this with the response, and sends one delivery. */
async function deliver(answer: (res: ServerResponse) => unknown): Promise<Response> {
  const listener = webhook(
    { provider: paradym, secret: SECRET, onReceipt: (record) => records.push(record) },
    (_event, { res }) => answer(res),
  );
  const server = createServer((req, res) => void listener(req, res));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const body = paradymBody(1);
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    method: "POST",
    headers: { "X-Paradym-HMAC-SHA-256": macOf(body) },
    body: body as BodyInit,
  });
}

describe("a handler on node:http", () => {
  test.each<[string, (res: ServerResponse) => unknown]>([
    ["an object", (res) => res.end({ ok: true } as never)],
    ["a number", (res) => res.end(5 as never)],
    ["a status that is none", (res) => Object.assign(res, { statusCode: "ENOENT" }).end()],
    ["such a status, left to be sent,", (res) => void Object.assign(res, { statusCode: "ENOENT" })],
  ])("that ends the response with %s has failed: 500, given back", async (_, answer) => {
    const response = await deliver(answer);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "handler_failed" });
    expect(records.map(({ settlement }) => settlement)).toEqual(["released"]);
  });

  test("that throws after its answer has answered, however long the answer is", async () => {
    const response = await deliver((res) => {
      res.end("x".repeat(5_000_000));
      throw new Error("after the end");
    });
    expect(await response.text()).toHaveLength(5_000_000);
    // The answer stands; the error, which came too late for it, is told all the same.
    expect(records).toMatchObject([
      { settlement: "completed" },
      { settlement: "completed", late: true, error: new Error("after the end") },
    ]);
  });

  test("that destroys the response with an error has failed: given back", async () => {
    await expect(deliver((res) => res.destroy(new Error("no")))).rejects.toThrow("fetch failed");
    expect(records.map(({ settlement }) => settlement)).toEqual(["released"]);
  });

  test.each([undefined, null, "handler", {}])("that is %s is refused", (handler) => {
    expect(() => webhook({ provider: paradym, secret: SECRET }, handler as never)).toThrow(
      /it must be a function of the event/,
    );
  });

  test("whose answer Node refuses at its very end gets its connection closed, and a warning", async () => {
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    const delivered = deliver((res) => {
      res.strictContentLength = true;
      res.setHeader("content-length", 10);
      res.end("short");
    });
    await expect(delivered).rejects.toThrow("fetch failed");
    expect(await warned).toMatchObject({ code: "ERR_HTTP_CONTENT_LENGTH_MISMATCH" });
  });
});
