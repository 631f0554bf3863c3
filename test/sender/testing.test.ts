import { createReceiver, memoryStore } from "@countersign/core";
import {
  github,
  para,
  paradym,
  parra,
  standardWebhooks,
  stripe,
} from "@countersign/core/providers";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { createSender } from "@countersign/sender";
import { fixtureTypes, signedRequest, startReceiver } from "@countersign/sender/testing";
import express from "express";
import fastify from "fastify";
import supertest from "supertest";
import { describe, expect, test } from "vitest";

const secret = "a secret of some length, as text";
const standardSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

describe("a signed request", () => {
  const receiver = createReceiver({ provider: stripe, secret });
  const status = async (request: Request): Promise<number> =>
    (await receiver.handle(request, () => {})).status;
  const body = { id: "evt_1", type: "invoice.paid", object: "event" };

  test("is accepted as it is, as plain data or as a Request", async () => {
    const request = await signedRequest({
      provider: stripe,
      secret,
      body: { ...body, id: "evt_2" },
    });
    expect(await status(request.toRequest())).toBe(200);
    const { headers, body: bytes } = await signedRequest({ provider: stripe, secret, body });
    const receipt = await receiver.receive({ headers, body: bytes });
    expect(receipt.status).toBe("accepted");
    if (receipt.status === "accepted") await receipt.claim.complete();
  });

  test("without a provider, or spoilt in a way that there is not, is the caller's mistake", async () => {
    for (const [options, message] of [
      [{ secret }, "The provider is missing"],
      [
        { provider: stripe, secret, tamper: "headers" },
        'tamper is "headers"; it must be "body" or',
      ],
      [
        { provider: stripe, secret, typ: "push" },
        'signedRequest: the option "typ" is unknown and has no effect. Did you mean type?',
      ],
    ] as const) {
      await expect(signedRequest(options as never)).rejects.toMatchObject({
        code: "config_invalid",
        message: expect.stringContaining(message) as string,
      });
    }
  });

  test("is rejected after its body or its signature was tampered with, or it was cut", async () => {
    const spoils = [
      { tamper: "body" },
      { tamper: "signature" },
      { truncateBytes: 1 },
      { truncateBytes: 20 },
    ] as const;
    for (const spoil of spoils) {
      // oxlint-disable-next-line no-await-in-loop
      const request = await signedRequest({ provider: stripe, secret, body, ...spoil });
      // oxlint-disable-next-line no-await-in-loop
      expect(await status(request.toRequest())).toBe(401);
    }
  });

  test("is rejected when it is too old, or from the future", async () => {
    const codes: (string | undefined)[] = [];
    for (const ageSeconds of [299, 310, -310]) {
      // oxlint-disable-next-line no-await-in-loop
      const request = await signedRequest({
        provider: stripe,
        secret,
        body: { ...body, id: `evt_${ageSeconds}` },
        ageSeconds,
      });
      // oxlint-disable-next-line no-await-in-loop
      const receipt = await receiver.receive(request);
      codes.push(receipt.status === "rejected" ? receipt.error.code : receipt.status);
    }
    expect(codes).toEqual(["accepted", "timestamp_expired", "timestamp_future"]);
  });

  test("replayed, or duplicated with a fresh signature, is the same event", async () => {
    const strict = createReceiver({ provider: standardWebhooks, secret: standardSecret });
    const first = await signedRequest({
      provider: standardWebhooks,
      secret: standardSecret,
      body: { type: "a" },
      ageSeconds: 20,
    });
    const retry = await signedRequest({
      provider: standardWebhooks,
      secret: standardSecret,
      duplicateOf: first,
    });
    let runs = 0;
    for (const request of [first, first, retry]) {
      // oxlint-disable-next-line no-await-in-loop
      const answered = await strict.handle(request.toRequest(), () => void runs++);
      expect(answered.status).toBe(200);
    }
    expect(runs).toBe(1);
    expect(retry.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
    expect(retry.headers["webhook-signature"]).not.toBe(first.headers["webhook-signature"]);
  });

  test("can be a form, and can be tampered with as one", async () => {
    const forms = createReceiver({ provider: para, secret });
    const options = {
      provider: para,
      secret,
      body: { event: "create" as const, items: [] },
      form: true,
    };
    const genuine = await signedRequest(options);
    const forged = await signedRequest({ ...options, tamper: "body" });
    expect(genuine.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect((await forms.handle(genuine.toRequest(), () => {})).status).toBe(200);
    expect((await forms.handle(forged.toRequest(), () => {})).status).toBe(401);
    const retry = await signedRequest({ provider: para, secret, duplicateOf: genuine });
    expect(retry.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(retry.body).toEqual(genuine.body);
  });

  test("is refused where there is nothing to cut", async () => {
    for (const truncateBytes of [0, -1, 0.5, Number.NaN, 1000]) {
      // oxlint-disable-next-line no-await-in-loop
      await expect(signedRequest({ provider: para, secret, truncateBytes })).rejects.toThrow(
        "truncateBytes must be a whole number from 1 to",
      );
    }
  });

  test("has every one of several signatures tampered with", async () => {
    const other = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
    const options = { provider: standardWebhooks, secret: [standardSecret, other], body: {} };
    const forged = await signedRequest({ ...options, tamper: "signature" });
    const eager = createReceiver({ provider: standardWebhooks, secret: [standardSecret, other] });
    expect((await eager.receive(forged)).status).toBe("rejected");
  });
});

describe("a test receiver", () => {
  test("records receipts and events, and fails, delays and drops as told", async () => {
    const sender = createSender({
      allowPrivateAddresses: true,
      timeoutMs: 1000,
      retry: { delaysSeconds: Array(5).fill(0) as number[], jitter: 0, maxRetryAfterSeconds: 1 },
    });
    const receiver = await startReceiver({ provider: github, secret, whileInFlight: "reject" });
    receiver.drop();
    receiver.fail({ status: 502, retryAfter: "0", times: 2 });
    receiver.delay(1500);
    receiver.drop({ when: "after" });
    const record = await sender.send({
      url: receiver.url,
      provider: github,
      secret,
      type: "push",
      body: { ref: "main" },
    });
    expect(record.outcome).toBe("delivered");
    expect(record.attempts.map(({ error, status }) => status ?? error)).toEqual([
      "reset",
      502,
      502,
      "timeout",
      // The handler of the attempt that timed out is still running.
      503,
      200,
    ]);
    await receiver.waitForEvents(1, 30_000);
    expect(receiver.requests).toBe(6);
    expect(receiver.events.map(({ type }) => type)).toEqual(["push"]);
    expect(receiver.receipts.filter(({ settlement }) => settlement === "released")).toHaveLength(2);
    await receiver.close();
    await sender.close();
  });

  test("counts no event that its handler answered with a failure", async () => {
    const sender = createSender({ allowPrivateAddresses: true, retry: { delaysSeconds: [0] } });
    let runs = 0;
    const receiver = await startReceiver({
      provider: github,
      secret,
      handler: (_, { res }) => void res.writeHead(++runs === 1 ? 422 : 201).end(),
    });
    const record = await sender.send({ url: receiver.url, provider: github, secret, body: {} });
    expect(record.attempts.map(({ status }) => status)).toEqual([422, 201]);
    expect(receiver.events).toHaveLength(1);
    await receiver.close();
    await sender.close();
  });

  test("takes no handler that is none", async () => {
    await expect(
      startReceiver({ provider: github, secret, handler: "handler" as never }),
    ).rejects.toThrow("it must be a function of the event");
  });

  test("says so before a test runner of five seconds gives up", async () => {
    const receiver = await startReceiver({ provider: github, secret });
    await expect(receiver.waitForEvents(1)).rejects.toThrow(
      "0 of 1 events were processed within 3000 ms. 0 requests came",
    );
    await receiver.close();
  });

  test("says what came instead when events don't come", async () => {
    const receiver = await startReceiver({ provider: github, secret });
    const forged = await signedRequest({ provider: github, secret: "another", url: receiver.url });
    await fetch(forged.toRequest());
    await expect(receiver.waitForEvents(1, 50)).rejects.toThrow(
      "0 of 1 events were processed within 50 ms. 1 requests came; receipts: signature_mismatch.",
    );
    await receiver.close();
  });
});

describe("a signed request is what test clients take", () => {
  const options = {
    provider: github,
    secret,
    type: "push" as const,
    body: { ref: "main", name: "Zoë" },
  };

  test("Fastify's inject takes it as it is", async () => {
    const app = fastify();
    const seen: unknown[] = [];
    await app.register(fastifyWebhook, {
      provider: github,
      secret,
      path: "/webhooks",
      handler: (event) => void seen.push(event.body),
    });
    expect((await app.inject(await signedRequest(options))).statusCode).toBe(200);
    const forged = await signedRequest({ ...options, tamper: "body" });
    expect((await app.inject(forged)).statusCode).toBe(401);
    expect(seen).toEqual([options.body]);
    await app.close();
  });

  test("supertest takes its text", async () => {
    const app = express();
    const seen: unknown[] = [];
    app.post(
      "/github",
      expressWebhook({ provider: github, secret }, (event) => void seen.push(event.body)),
    );
    const { headers, text } = await signedRequest(options);
    await supertest(app).post("/github").set(headers).send(text).expect(200);
    expect(seen).toEqual([options.body]);
  });

  test("a body that is not UTF-8 has no text", async () => {
    const signed = await signedRequest({ ...options, body: Uint8Array.of(0xff) });
    expect(signed.body).toEqual(Buffer.of(0xff));
    expect(() => signed.text).toThrow("The body is not UTF-8");
  });
});

describe("two tests that send equal bodies", () => {
  const signed = signedRequest({ provider: github, secret, body: { same: true } });
  const send = async (url: string): Promise<unknown> => {
    const { method, headers, body } = await signed;
    const response = await fetch(url, { method, headers, body: new Uint8Array(body) });
    return response.text();
  };

  test("each with its receiver: neither sees a duplicate, and nothing is warned of", async () => {
    const warnings: unknown[] = [];
    const options = {
      provider: github,
      secret,
      // Said, since GitHub sends an event once, and not saying it is warned of.
      onStoreError: "reject",
      onWarning: (told: unknown) => warnings.push(told),
    } as const;
    const [one, other] = await Promise.all([startReceiver(options), startReceiver(options)]);
    await send(one.url);
    await send(other.url);
    expect([...one.receipts, ...other.receipts]).toMatchObject([
      { outcome: "accepted" },
      { outcome: "accepted" },
    ]);
    expect(warnings).toEqual([]);
    await Promise.all([one.close(), other.close()]);
  });

  test("with one receiver: it forgets in between, all but a store that was given", async () => {
    const store = memoryStore();
    const [own, shared] = await Promise.all([
      startReceiver({ provider: github, secret }),
      startReceiver({ provider: github, secret, store }),
    ]);
    for (const receiver of [own, shared]) {
      receiver.fail({ times: 2 });
      receiver.reset();
      await send(receiver.url);
      receiver.reset();
      expect([receiver.requests, receiver.receipts, receiver.events]).toEqual([0, [], []]);
      await send(receiver.url);
    }
    expect(own.receipts).toMatchObject([{ outcome: "accepted" }]);
    expect(shared.receipts).toMatchObject([{ outcome: "duplicate" }]);
    await Promise.all([own.close(), shared.close()]);
  });

  test("who waits for the second in vain is told why", async () => {
    const receiver = await startReceiver({ provider: github, secret });
    await send(receiver.url);
    await send(receiver.url);
    await expect(receiver.waitForEvents(2, 20)).rejects.toThrow(
      /1 of 2 events .* receipts: accepted, duplicate\. .* call reset\(\) in beforeEach\.$/,
    );
    await receiver.close();
  });
});

describe("a signed request is typed by its provider", () => {
  test("whose types and bodies are checked", () => {
    const options = { provider: paradym, secret };
    const wrong = [
      // @ts-expect-error -- a misspelt type
      () => signedRequest({ ...options, type: "workflowExecution.fialed" }),
      // @ts-expect-error -- a body that Paradym does not send
      () => signedRequest({ ...options, type: "workflowExecution.failed", body: { nonsense: 1 } }),
      () =>
        signedRequest({
          ...options,
          type: "workflowExecution.failed",
          // @ts-expect-error -- a message that is no text
          body: { payload: { error: { message: 5 } } },
        }),
    ];
    expect(wrong).toHaveLength(3);
  });

  test("and without a body sends what the types promise", async () => {
    const seen: unknown[] = [];
    for (const [provider, type] of [
      [para, "create"],
      [parra, "contact.created"],
      [paradym, "workflowExecution.failed"],
    ] as const) {
      const receiving = createReceiver<object>({ provider, secret, store: false });
      // oxlint-disable-next-line no-await-in-loop
      const request = await signedRequest<object>({ provider, secret, type });
      // oxlint-disable-next-line no-await-in-loop
      await receiving.handle(request.toRequest(), (event) => {
        const body = event.body as { items?: unknown[]; payload?: object };
        seen.push(event.type, (body.items ?? Object.keys(body.payload ?? {})).length > 0);
      });
    }
    expect(seen).toEqual([
      "create",
      true,
      "contact.created",
      true,
      "workflowExecution.failed",
      true,
    ]);
    const { message } = await signedRequest({ provider: github, secret });
    expect(message.type).toBe(fixtureTypes(github)[0]);
  });
});
