import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { defineProvider, isWebhookError } from "@countersign/core";
import { github, para, paradym, standardWebhooks, zendesk } from "@countersign/core/providers";
import { createSender, retryPolicies, type Sender } from "@countersign/sender";
import { startReceiver } from "@countersign/sender/testing";
import { afterAll, describe, expect, test } from "vitest";
import { answer, rawServer } from "./raw-server.ts";

const secret = "a secret of some length, as text";
const standardSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const sender: Sender = createSender({ allowPrivateAddresses: true });
afterAll(() => sender.close());

describe("a sender", () => {
  test("signs as the provider does, and says what became of the delivery", async () => {
    const receiver = await startReceiver({ provider: github, secret });
    const record = await sender.send({
      url: receiver.url,
      provider: github,
      secret,
      body: { action: "opened" },
      id: "delivery-1",
      type: "issues",
    });
    expect(record).toMatchObject({
      id: "delivery-1",
      url: receiver.url,
      provider: "github",
      type: "issues",
      outcome: "delivered",
      attempts: [{ status: 200, sentBytes: 19 }],
    });
    expect(record.attempts[0]?.error).toBeUndefined();
    expect(Date.parse(record.attempts[0]?.at ?? "")).toBeGreaterThan(Date.now() - 10_000);
    expect(receiver.events[0]).toMatchObject({ id: "delivery-1", type: "issues" });
    await receiver.close();
  });

  test("sends a form where the provider has one", async () => {
    const receiver = await startReceiver({ provider: para, secret });
    const body = { appid: "app", event: "create", timestamp: 1, items: [{ name: "ä + b & c" }] };
    const record = await sender.send({
      url: receiver.url,
      provider: para,
      secret,
      body,
      form: true,
    });
    expect(record.outcome).toBe("delivered");
    expect(receiver.events[0]?.body).toEqual(body);
    await receiver.close();
  });

  test("sends bytes as they are, in whatever they are held", async () => {
    const receiver = await startReceiver({ provider: github, secret });
    const text = '{"bytes": "ä"}';
    const bytes = new TextEncoder().encode(text);
    const apart: unknown = runInNewContext("new Uint8Array(bytes)", { bytes: [...bytes] });
    const bodies = [text, bytes, Buffer.from(bytes), bytes.buffer, new DataView(bytes.buffer)];
    for (const body of [...bodies, apart as object]) {
      // oxlint-disable-next-line no-await-in-loop
      const record = await sender.send({ url: receiver.url, provider: github, secret, body });
      expect(record.outcome).toBe("delivered");
    }
    const seen = new Set(receiver.events.map(({ rawBody }) => Buffer.from(rawBody).toString()));
    expect([...seen]).toEqual([text]);
    expect(receiver.requests).toBe(6);
    await receiver.close();
  });

  test("says what it was given, though the caller changes the object right after", async () => {
    const receiver = await startReceiver({ provider: github, secret });
    const body = { action: "opened" };
    const sending = sender.send({ url: receiver.url, provider: github, secret, body });
    body.action = "closed";
    expect((await sending).outcome).toBe("delivered");
    expect(receiver.events.map((event) => event.body)).toEqual([{ action: "opened" }]);
    await receiver.close();
  });

  test("signs with every secret where the layout carries several", async () => {
    const other = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
    const receiver = await startReceiver({ provider: standardWebhooks, secret: other });
    const record = await sender.send({
      url: receiver.url,
      provider: standardWebhooks,
      secret: [standardSecret, other],
      body: { type: "a" },
    });
    expect(record.outcome).toBe("delivered");
    await receiver.close();
  });

  test("keeps its connections for the next deliveries", async () => {
    const server = await rawServer((socket) => socket.write(answer("200 OK")));
    for (let sent = 0; sent < 20; sent++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await sender.send({ url: server.url, provider: paradym, secret, body: { sent } });
    }
    expect(server.requests).toBe(20);
    expect(server.connections).toBeLessThanOrEqual(2);
    await server.close();
  });

  test("adds the caller's headers, but lets none of them replace the signature", async () => {
    let head = "";
    const receiver = await startReceiver({
      provider: github,
      secret,
      handler: (_, { req }) => {
        head = JSON.stringify(req.headers);
      },
    });
    await sender.send({
      url: receiver.url,
      provider: github,
      secret,
      body: {},
      headers: { "X-Hub-Signature-256": "sha256=forged", "X-Para-Event": "create" },
    });
    expect(receiver.events).toHaveLength(1);
    expect(JSON.parse(head)).toMatchObject({
      "x-para-event": "create",
      "user-agent": "countersign",
    });
    await receiver.close();
  });

  test("delivers over TLS to a certificate it trusts, and to no other", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "countersign-tls-"));
    const key = path.join(folder, "key.pem");
    const cert = path.join(folder, "cert.pem");
    execFileSync(
      "openssl",
      [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" "),
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        key,
        "-out",
        cert,
      ],
      { stdio: "ignore" },
    );
    const pem = readFileSync(cert, "utf8");
    const server = createTlsServer({ key: readFileSync(key), cert: pem }, (_, res) => res.end());
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const request = {
      url: `https://localhost:${(server.address() as AddressInfo).port}/`,
      provider: github,
      secret,
      body: {},
    };
    const trusting = createSender({ allowPrivateAddresses: true, ca: pem });
    expect((await trusting.send(request)).outcome).toBe("delivered");
    expect((await sender.send(request)).attempts).toMatchObject([{ error: "tls" }]);
    await trusting.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  test("sends URLSearchParams as the form that they are, and nothing that JSON would lose", async () => {
    const receiver = await startReceiver({ provider: zendesk, secret });
    const request = { url: receiver.url, provider: zendesk, secret };
    const body = new URLSearchParams("a=1&b=%C3%A4");
    expect((await sender.send({ ...request, body })).outcome).toBe("delivered");
    expect(receiver.events[0]?.body).toEqual({ a: "1", b: "ä" });
    await expect(sender.send({ ...request, body: new Map([["a", 1]]) })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining("a Map can't be signed") as string,
    });
    await receiver.close();
  });

  test("throws what is the caller's own mistake", async () => {
    const url = "http://127.0.0.1:9/";
    const failed = await sender
      .send({ url, provider: github, secret: "", body: {} })
      .catch((error: unknown) => error);
    expect(isWebhookError(failed) && failed.code).toBe("config_invalid");
    expect(() => createSender({ timeoutMs: 0 })).toThrow("timeoutMs is 0");
    for (const retry of ["standardWebhooks", null, {}, 3]) {
      const make = (): unknown => createSender({ retry: retry as never });
      expect(make).toThrow(expect.objectContaining({ code: "config_invalid" }));
      expect(make).toThrow(
        `retry is ${JSON.stringify(retry)}; it must be retryPolicies.none, retryPolicies.paradym, retryPolicies.standardWebhooks`,
      );
    }
    expect(() => createSender({ retry: { delaysSeconds: [-1] } })).toThrow("retry.delaysSeconds");
  });

  // Node's timers fire at once when they are set for longer.
  test("refuses times that no timer can wait for, rather than not waiting at all", () => {
    const delaysSeconds = [25 * 86_400];
    expect(() => createSender({ timeoutMs: 2 ** 31 })).toThrow("timeoutMs is 2147483648");
    expect(() => createSender({ retry: { delaysSeconds } })).toThrow("retry.delaysSeconds");
    expect(() => createSender({ retry: { delaysSeconds: [13 * 86_400], jitter: 1 } })).toThrow(
      "with the jitter",
    );
    expect(() =>
      createSender({
        retry: { delaysSeconds: [], maxRetryAfterSeconds: Number.POSITIVE_INFINITY },
      }),
    ).toThrow("retry.maxRetryAfterSeconds");
  });
});

test.each([
  ["timeoutMs", { timeoutMs: "300" }],
  ["maxResponseBytes", { maxResponseBytes: "1000" }],
  ["jitter", { retry: { delaysSeconds: [1], jitter: "0.3" } }],
  ["delaysSeconds", { retry: { delaysSeconds: ["1"] } }],
  ["maxRetryAfterSeconds", { retry: { delaysSeconds: [1], maxRetryAfterSeconds: "60" } }],
  ["failureWindowSeconds", { retry: { delaysSeconds: [1], failureWindowSeconds: "60" } }],
])("%s is a number, and no text that looks like one", (name, options) => {
  expect(() => createSender(options as never)).toThrow(name);
});

test.each(["allowPrivateAddresses", "allowHttp"])("%s is true or false, and no text", (name) => {
  for (const value of ["false", "no", "true", 0, null]) {
    expect(() => createSender({ [name]: value })).toThrow(`${name} is `);
  }
});

test("an id that no receiver would take is config_invalid", async () => {
  await expect(
    sender.send({
      url: "https://example.com/",
      provider: standardWebhooks,
      secret: standardSecret,
      body: {},
      id: "a.1700000000",
    }),
  ).rejects.toMatchObject({ code: "config_invalid" });
});

describe("a retry", () => {
  const quick = { ...retryPolicies.standardWebhooks, delaysSeconds: [1.1, 0], jitter: 0 };

  test("keeps the id and the body, and gets a fresh time and signature", async () => {
    const retrying = createSender({ allowPrivateAddresses: true, retry: quick });
    const seen: { id: unknown; time: unknown; signature: unknown; body: string }[] = [];
    const receiver = await startReceiver({
      provider: standardWebhooks,
      secret: standardSecret,
      handler: (event, { req, res }) => {
        seen.push({
          id: req.headers["webhook-id"],
          time: req.headers["webhook-timestamp"],
          signature: req.headers["webhook-signature"],
          body: Buffer.from(event.rawBody).toString(),
        });
        if (seen.length === 1) res.writeHead(500).end();
      },
    });
    const record = await retrying.send({
      url: receiver.url,
      provider: standardWebhooks,
      secret: standardSecret,
      body: { type: "invoice.paid", data: {} },
    });
    expect(record.outcome).toBe("delivered");
    expect(record.attempts).toMatchObject([{ status: 500, error: "status" }, { status: 200 }]);
    const [first, second] = seen;
    expect(second).toMatchObject({ id: first?.id, body: first?.body });
    expect(first?.id).toBe(record.id);
    expect(second?.time).not.toBe(first?.time);
    expect(second?.signature).not.toBe(first?.signature);
    await receiver.close();
    await retrying.close();
  });

  test("says what the first attempt said, though the caller changes the object meanwhile", async () => {
    const retrying = createSender({ allowPrivateAddresses: true, retry: quick });
    const receiver = await startReceiver({ provider: github, secret });
    receiver.fail();
    const body = { action: "opened" };
    const sending = retrying.send({ url: receiver.url, provider: github, secret, body });
    await expect.poll(() => receiver.requests).toBe(1);
    body.action = "closed";
    await sending;
    expect(receiver.events.map((event) => event.body)).toEqual([{ action: "opened" }]);
    await receiver.close();
    await retrying.close();
  });

  test("carries the same time of the event, so that the receiver knows it again", async () => {
    const retrying = createSender({ allowPrivateAddresses: true, retry: quick });
    const receiver = await startReceiver({ provider: paradym, secret });
    receiver.drop({ when: "after" });
    const record = await retrying.send({
      url: receiver.url,
      provider: paradym,
      secret,
      type: "workflowExecution.started",
      body: { payload: {} },
    });
    expect(record.outcome).toBe("delivered");
    expect(record.attempts).toMatchObject([{ error: "reset" }, { status: 200 }]);
    expect(receiver.events).toHaveLength(1);
    expect(receiver.receipts.map(({ outcome }) => outcome)).toEqual(["accepted", "duplicate"]);
    await receiver.close();
    await retrying.close();
  });

  test("is not made where the policy has none, and only 200 counts for Paradym", async () => {
    const once = createSender({ allowPrivateAddresses: true, retry: retryPolicies.paradym });
    const server = await rawServer((socket) => socket.write(answer("204 No Content")));
    const record = await once.send({ url: server.url, provider: paradym, secret, body: {} });
    expect(record).toMatchObject({
      outcome: "failed",
      attempts: [{ status: 204, error: "status" }],
    });
    expect(server.requests).toBe(1);
    await server.close();
    await once.close();
  });

  test("is not made after 410 Gone, nor for statuses that the policy leaves out", async () => {
    const policy = { ...quick, delaysSeconds: [0, 0], retry: ["5xx", 429] as const };
    const retrying = createSender({ allowPrivateAddresses: true, retry: policy });
    const outcomes: Record<string, [string, number]> = {};
    for (const status of ["410 Gone", "400 Bad Request", "429 Too Many Requests"]) {
      // oxlint-disable-next-line no-await-in-loop
      const server = await rawServer((socket) => socket.write(answer(status)));
      // oxlint-disable-next-line no-await-in-loop
      const record = await retrying.send({ url: server.url, provider: github, secret, body: {} });
      outcomes[status] = [record.outcome, record.attempts.length];
      // oxlint-disable-next-line no-await-in-loop
      await server.close();
    }
    expect(outcomes).toEqual({
      "410 Gone": ["gone", 1],
      "400 Bad Request": ["failed", 1],
      "429 Too Many Requests": ["failed", 3],
    });
    await retrying.close();
  });

  test("waits no longer when the caller aborts", async () => {
    const waiting = createSender({
      allowPrivateAddresses: true,
      retry: { delaysSeconds: [3600], jitter: 0 },
    });
    const stop = new AbortController();
    const server = await rawServer((socket) => {
      socket.write(answer("500 Oops"));
      // The answer is there long before.
      setTimeout(() => stop.abort(), 500);
    });
    const record = await waiting.send(
      { url: server.url, provider: github, secret, body: {} },
      { signal: stop.signal },
    );
    expect(record.outcome).toBe("failed");
    expect(record.attempts.map(({ error }) => error)).toEqual(["status", "aborted"]);
    await server.close();
    await waiting.close();
  });

  test("is given up with the attempt under way when the caller aborts", async () => {
    const stop = new AbortController();
    const server = await rawServer(() => stop.abort());
    const patient = createSender({
      allowPrivateAddresses: true,
      retry: { delaysSeconds: [0, 0], jitter: 0 },
    });
    const startMs = performance.now();
    const record = await patient.send(
      { url: server.url, provider: github, secret, body: {} },
      { signal: stop.signal },
    );
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "aborted" }] });
    expect(record.attempts).toHaveLength(1);
    expect(performance.now() - startMs).toBeLessThan(5000);
    await server.close();
    await patient.close();
  });

  test("is waited for no longer when the sender is closed, which can be done twice", async () => {
    const waiting = createSender({
      allowPrivateAddresses: true,
      retry: { delaysSeconds: [3600, 3600], jitter: 0 },
    });
    const server = await rawServer((socket) => socket.write(answer("500 Oops")));
    const sending = waiting.send({ url: server.url, provider: github, secret, body: {} });
    await expect.poll(() => server.requests).toBe(1);
    // The answer is there long before.
    await sleep(500);
    await Promise.all([waiting.close(), waiting.close()]);
    const { outcome, attempts } = await sending;
    expect(outcome).toBe("failed");
    expect(attempts.map(({ error }) => error)).toEqual(["status", "aborted"]);
    await waiting.close();
    await server.close();
  });

  test("is not made where it would change nothing", async () => {
    const retrying = createSender({
      allowHttp: true,
      retry: { delaysSeconds: [0, 0], jitter: 0 },
    });
    const request = { provider: github, secret, body: {} };
    const records = await Promise.all([
      retrying.send({ ...request, url: "http://localhost:9/" }),
      retrying.send({ ...request, url: "ftp://example.com/" }),
      retrying.send({ ...request, url: "http://example.com/", headers: { "x-a": "\n" } }),
    ]);
    expect(records.map(({ attempts }) => attempts.map(({ error }) => error))).toEqual([
      ["blocked"],
      ["url"],
      ["config"],
    ]);
    await retrying.close();
  });

  test("never comes before its schedule, whatever the jitter", async () => {
    const acme = defineProvider({
      name: "acme",
      signature: { header: "X-Signature", encoding: "hex" },
      dedup: "content",
    });
    const jittery = createSender({
      allowPrivateAddresses: true,
      retry: { delaysSeconds: [0.1, 0.1, 0.1], jitter: 1 },
    });
    const server = await rawServer((socket) => socket.write(answer("500 Oops")));
    const { attempts } = await jittery.send({ url: server.url, provider: acme, secret, body: {} });
    const starts = attempts.map(({ at }) => Date.parse(at));
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(99);
    for (const gap of gaps) expect(gap).toBeLessThan(5000);
    await server.close();
    await jittery.close();
  });
});
