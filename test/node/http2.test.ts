import { once } from "node:events";
import { type ClientHttp2Session, connect, createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { defineProvider, type ReceiverOptions, sign } from "@countersign/core";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook as koaWebhook } from "@countersign/koa";
import { webhook } from "@countersign/node";
import fastify from "fastify";
import Koa from "koa";
import { afterEach, describe, expect, test } from "vitest";
import { SECRET } from "../conformance/delivery.ts";

const provider = defineProvider({
  name: "signs-url",
  signature: { header: "X-Signature", encoding: "hex", content: "{url}{body}" },
  dedup: "content",
});
const options = { provider, secret: SECRET, maxBodyBytes: 1000 };

const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

async function listening(server: Http2Server): Promise<Http2Server> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return server;
}

const frameworks: { name: string; start: (given: ReceiverOptions) => Promise<Http2Server> }[] = [
  {
    name: "node:http2",
    start: (given) => {
      const listener = webhook(given, () => {});
      return listening(createServer((req, res) => void listener(req as never, res as never)));
    },
  },
  {
    name: "Koa",
    start: (given) => {
      const app = new Koa();
      app.use(koaWebhook(given));
      const callback = app.callback();
      return listening(createServer((req, res) => void callback(req as never, res as never)));
    },
  },
  {
    name: "Fastify",
    start: async (given) => {
      const app = fastify({ http2: true });
      app.register(fastifyWebhook, { ...given, path: "/hook", handler: () => {} });
      await app.listen({ port: 0, host: "127.0.0.1" });
      closing.push(() => app.close());
      return app.server;
    },
  },
];

interface Answered {
  readonly status: number;
  /** Resolves when the stream is over in both directions. */
  readonly closed: Promise<unknown>;
}

/** Sends one delivery; `isEnded: false` leaves its body open. */
async function send(
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  isEnded = true,
): Promise<Answered> {
  const stream = session.request({ ":method": "POST", ":path": "/hook?a=1", ...headers });
  const closed = once(stream, "close");
  stream.write(body);
  if (isEnded) stream.end();
  const [answer] = (await once(stream, "response")) as [Record<string, number>];
  stream.resume();
  return { status: answer[":status"] ?? 0, closed };
}

describe.each(frameworks)("over HTTP/2, $name", ({ start }) => {
  async function session(): Promise<{ url: string; session: ClientHttp2Session }> {
    const { port } = (await start(options)).address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const opened = connect(url);
    closing.unshift(() => opened.destroy());
    return { url: `${url}/hook?a=1`, session: opened };
  }

  test("takes the authority for the host of a signed URL", async () => {
    const { url, session: opened } = await session();
    const { headers, body } = await sign({ body: { a: 1 }, url }, { provider, secret: SECRET });
    expect((await send(opened, headers, body)).status).toBe(200);
  });

  test("refuses in the middle of a body, and ends that stream alone", async () => {
    const { url, session: opened } = await session();
    const signature = { "x-signature": "0".repeat(64) };
    const refused = await send(opened, signature, "x".repeat(5000), false);
    expect(refused.status).toBe(413);
    await refused.closed;
    const { headers, body } = await sign({ body: { a: 1 }, url }, { provider, secret: SECRET });
    expect((await send(opened, headers, body)).status).toBe(200);
  });
});
