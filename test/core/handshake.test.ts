import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createReceiver,
  defineProvider,
  type ReceiptRecord,
  type ReceiverOptions,
  sign,
  type Warning,
} from "@countersign/core";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook as honoWebhook } from "@countersign/hono";
import { webhook as koaWebhook } from "@countersign/koa";
import { webhook } from "@countersign/node";
import { dropbox, notion, twitchEventsub, xTwitter } from "@countersign/core/providers";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { afterEach, describe, expect, test } from "vitest";

const SECRET = "a secret of the app";
const URL_OF_HOOK = "https://example.com/hook";

const meta = defineProvider({
  name: "meta",
  signature: { header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=" },
  dedup: "content",
  challenge: {
    query: "hub.challenge",
    equals: { "hub.mode": "subscribe" },
    token: "hub.verify_token",
    answer: "text",
  },
});

function unreachable(): never {
  throw new Error("The handler saw a handshake.");
}

function databaseAway(): Promise<never> {
  return Promise.reject(new Error("The database is away."));
}

/** Receives one request; the handler must not be reached. */
async function respond<Events extends object>(
  options: ReceiverOptions<Events>,
  request: Request,
): Promise<{ response: Response; records: ReceiptRecord[] }> {
  const records: ReceiptRecord[] = [];
  const onReceipt = (record: ReceiptRecord) => void records.push(record);
  const response = await createReceiver({ ...options, onReceipt }).handle(request, unreachable);
  return { response, records };
}

describe("a handshake by GET", () => {
  test("is answered, and recorded as what it is", async () => {
    const request = new Request(`${URL_OF_HOOK}?challenge=abc123`);
    const { response, records } = await respond({ provider: dropbox, secret: SECRET }, request);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).toBe("abc123");
    expect(records.map(({ outcome }) => outcome)).toEqual(["challenge"]);
  });

  test("is answered with an HMAC under the secret that a function finds", async () => {
    const secret = async ({ url = "" }: { url?: string | undefined }) =>
      url.startsWith(URL_OF_HOOK) ? SECRET : undefined;
    const request = new Request(`${URL_OF_HOOK}?crc_token=foo`);
    const { response } = await respond({ provider: xTwitter, secret }, request);
    const digest = createHmac("sha256", SECRET).update("foo").digest("base64");
    expect(await response.json()).toEqual({ response_token: `sha256=${digest}` });
  });

  test("gets 503 while the secret can't be looked up, so that the provider asks again", async () => {
    const request = new Request(`${URL_OF_HOOK}?crc_token=foo`);
    const { response } = await respond({ provider: xTwitter, secret: databaseAway }, request);
    expect(response.status).toBe(503);
  });

  const subscribe = `${URL_OF_HOOK}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock`;

  test.each([
    ["the user's", "meatyhamhock", 200],
    ["another", "something else", 401],
    ["not given", undefined, 401],
  ])("of Meta, where the verify token is %s", async (_, verifyToken, status) => {
    const options = { provider: meta, secret: SECRET, verifyToken };
    const { response } = await respond(options, new Request(subscribe));
    expect(response.status).toBe(status);
  });

  test.each<[string, Partial<ReceiverOptions>, string[]]>([
    ["as it should be", { provider: meta, verifyToken: "meatyhamhock" }, []],
    ["as it should be, without a token", { provider: dropbox, store: false }, []],
    ["without the token that it needs", { provider: meta }, ["verify_token_unset"]],
    [
      "with options for what the provider does not do",
      {
        provider: dropbox,
        store: false,
        verifyToken: "meatyhamhock",
        onSecretHandedOver: () => {},
      },
      ["option_unused", "option_unused"],
    ],
  ])("is told of at start where it is set up %s", (_, options, codes) => {
    const told: string[] = [];
    const onWarning = ({ code }: Warning) => void told.push(code);
    createReceiver({ provider: meta, secret: SECRET, ...options, onWarning });
    expect(told).toEqual(codes);
  });

  test("of a provider that has none is a delivery without signature", async () => {
    const options = { provider: twitchEventsub, secret: SECRET };
    const { response } = await respond(options, new Request(`${URL_OF_HOOK}?challenge=abc`));
    expect(response.status).toBe(401);
  });
});

describe("a handshake by a signed delivery", () => {
  const body =
    '{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{"id":"f1c2a387-161a-49f9-a165-0f21d7a4e1c4","status":"webhook_callback_verification_pending","type":"channel.follow","version":"1"}}';
  const headers = (secret: string) => {
    const id = "e76c6bd4-55c9-4987-8304-da1588d8988b";
    const time = "2019-11-16T10:11:12.123Z";
    const digest = createHmac("sha256", secret)
      .update(id + time + body)
      .digest("hex");
    return {
      "Twitch-Eventsub-Message-Id": id,
      "Twitch-Eventsub-Message-Timestamp": time,
      "Twitch-Eventsub-Message-Signature": `sha256=${digest}`,
    };
  };
  const options = {
    provider: twitchEventsub,
    secret: "s3cRe7",
    now: () => Date.parse("2019-11-16T10:11:20Z"),
  };

  test("is answered once it is verified, as often as it comes", async () => {
    const receiver = createReceiver(options);
    const deliver = () =>
      receiver.handle(
        new Request(URL_OF_HOOK, { method: "POST", headers: headers("s3cRe7"), body }),
        unreachable,
      );
    const [first, second] = [await deliver(), await deliver()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await first.text()).toBe("pogchamp-kappa-360noscope-vohiyo");
    expect(await second.text()).toBe("pogchamp-kappa-360noscope-vohiyo");
  });

  test("is refused where the signature is somebody else's", async () => {
    const forged = new Request(URL_OF_HOOK, { method: "POST", headers: headers("guessed"), body });
    const { response } = await respond(options, forged);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("pogchamp");
  });
});

describe("a secret that is handed over", () => {
  const token = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";
  const handedOver = JSON.stringify({ verification_token: token });
  const handover = () =>
    new Request(URL_OF_HOOK, {
      method: "POST",
      headers: { "content-length": String(handedOver.length) },
      body: handedOver,
    });

  test("reaches the operator, and not the handler", async () => {
    const seen: string[] = [];
    const onSecretHandedOver = (secret: string) => void seen.push(secret);
    const options = { provider: notion, secret: () => undefined, onSecretHandedOver };
    const { response, records } = await respond(options, handover());
    expect(response.status).toBe(200);
    expect(seen).toEqual([token]);
    expect(JSON.stringify(records)).not.toContain(token);
  });

  test("is announced once, and never written to a log, where nobody asks for it", async () => {
    const warnings: string[] = [];
    const receiver = createReceiver({
      provider: notion,
      secret: () => undefined,
      onWarning: ({ message }) => void warnings.push(message),
    });
    await receiver.handle(handover(), unreachable);
    await receiver.handle(handover(), unreachable);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("Pass onSecretHandedOver");
    expect(warnings[0]).not.toContain(token);
  });

  test.each([
    ["too long", { "content-length": "4000000" }],
    ["of unknown length", { "transfer-encoding": "chunked" }],
    ["compressed", { "content-length": "100", "content-encoding": "gzip" }],
  ])("is short: a body that is %s is refused unread without a signature", async (_, headers) => {
    const receiver = createReceiver({ provider: notion, secret: token, inflate: true });
    const receipt = await receiver.receiveFrom({
      method: "POST",
      url: URL_OF_HOOK,
      headers,
      readBody: () => Promise.reject(new Error("was read")),
    });
    expect(receipt).toMatchObject({ status: "rejected", error: { code: "signature_missing" } });
  });

  test("is taken from bytes that are there already, whatever the headers say", async () => {
    const seen: string[] = [];
    const onSecretHandedOver = (secret: string) => void seen.push(secret);
    const receiver = createReceiver({ provider: notion, secret: token, onSecretHandedOver });
    expect((await receiver.receive({ headers: {}, body: handedOver })).status).toBe("challenge");
    expect(seen).toEqual([token]);
  });

  test("leaves other deliveries without a signature refused", async () => {
    const options = { provider: notion, secret: token };
    const request = new Request(URL_OF_HOOK, { method: "POST", body: '{"id":"1"}' });
    const { response, records } = await respond(options, request);
    expect(response.status).toBe(401);
    expect(records[0]?.code).toBe("signature_missing");
  });
});

describe("over node:http", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  test("a GET with a challenge is answered, and one without is refused", async () => {
    server = createServer(webhook({ provider: dropbox, secret: SECRET }, unreachable)).listen(
      0,
      "127.0.0.1",
    );
    await new Promise((resolve) => server?.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const asked = await fetch(`http://127.0.0.1:${port}/hook?challenge=a%20b`);
    expect(asked.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await asked.text()).toBe("a b");
    expect((await fetch(`http://127.0.0.1:${port}/hook`)).status).toBe(401);
  });
});

function sendTo(origin: string): (request: Request) => Promise<Response> {
  return (request) => {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(`${origin}${pathname}${search}`, request));
  };
}

function ignore(): void {}

describe("a GET and a POST of one route are both taken", () => {
  const options = { provider: dropbox, secret: SECRET };
  let close: (() => unknown) | undefined;
  afterEach(() => close?.());

  async function listening(listener: RequestListener): Promise<string> {
    const opened = createServer(listener).listen(0, "127.0.0.1");
    close = () => opened.close();
    await once(opened, "listening");
    return `http://127.0.0.1:${(opened.address() as AddressInfo).port}`;
  }

  test.each<[string, () => Promise<(request: Request) => Promise<Response>>]>([
    [
      "Express: app.all",
      async () => {
        const app = express();
        app.all("/hook", expressWebhook(options, ignore));
        return sendTo(await listening(app));
      },
    ],
    [
      "Koa: app.use",
      async () => {
        const app = new Koa();
        app.use(koaWebhook(options, ignore));
        return sendTo(await listening(app.callback()));
      },
    ],
    [
      "Fastify: method",
      async () => {
        const app = fastify();
        const method = ["GET", "POST"];
        app.register(fastifyWebhook, { ...options, path: "/hook", method, handler: ignore });
        close = () => app.close();
        return sendTo(await app.listen({ port: 0, host: "127.0.0.1" }));
      },
    ],
    [
      "Hono: app.all",
      async () => {
        const app = new Hono();
        app.all("/hook", honoWebhook(options, ignore));
        return async (request) => app.fetch(request);
      },
    ],
  ])("%s", async (_, start) => {
    const send = await start();
    const asked = await send(new Request(`${URL_OF_HOOK}?challenge=a%20b`));
    expect([asked.status, await asked.text()]).toEqual([200, "a b"]);
    const { headers, body } = await sign({ body: { list_folder: {} } }, options);
    const event = { method: "POST", headers, body: Uint8Array.from(body) };
    expect((await send(new Request(URL_OF_HOOK, event))).status).toBe(200);
  });
});

test("what X's handshake signs for an outsider is no event", async () => {
  const receiver = createReceiver({ provider: xTwitter, secret: SECRET });
  const asked = await receiver.handle(new Request(`${URL_OF_HOOK}?crc_token=foo`), unreachable);
  const { response_token: signature } = (await asked.json()) as { response_token: string };
  const headers = { "x-twitter-webhooks-signature": signature };
  const replayed = new Request(URL_OF_HOOK, { method: "POST", headers, body: "foo" });
  expect((await receiver.handle(replayed, unreachable)).status).toBe(500);
});
