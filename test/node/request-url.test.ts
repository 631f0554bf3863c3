import { createServer, type IncomingMessage, type Server } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect } from "node:net";
import { paradym } from "@countersign/core/providers";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook as koaWebhook } from "@countersign/koa";
import { requestUrl, webhook } from "@countersign/node";
import express from "express";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import * as fc from "fast-check";
import Koa from "koa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const require = createRequire(import.meta.url);

/** What a framework hands to handlers, and the URL that a `secret` function was given. */
interface Seen {
  routed?: { readonly path: string; readonly search: string };
  url?: string | undefined;
}

let seen: Seen = {};
const options = {
  provider: paradym,
  onWarning: () => {},
  secret: ({ url }: { readonly url?: string | undefined }) => {
    seen.url = url;
    return undefined;
  },
};

function expressServer(make: typeof express): Server {
  const app = make();
  app.set("trust proxy", true);
  app.use((req, _res, next) => {
    const at = req.originalUrl.indexOf("?");
    seen.routed = { path: req.path, search: at < 0 ? "" : req.originalUrl.slice(at) };
    next();
  });
  app.use(expressWebhook(options));
  return createServer(app);
}

function koaServer(Application: typeof Koa): Server {
  const app = new Application({ proxy: true });
  app.silent = true;
  app.use((ctx, next) => {
    try {
      seen.routed = { path: ctx.path, search: ctx.search };
    } catch {
      // Koa's own parser throws for some targets. Then there is nothing that it could route by.
    }
    return next();
  });
  app.use(koaWebhook(options));
  return createServer(app.callback());
}

async function fastifyServer(make: typeof fastify): Promise<Server> {
  const app = make({ trustProxy: true }) as FastifyInstance;
  app.addHook("onRequest", async (request: FastifyRequest) => {
    const { "*": rest = "" } = request.params as { "*"?: string };
    const query = new URLSearchParams(request.query as Record<string, string>);
    seen.routed = { path: `/${rest}`, search: query.size === 0 ? "" : `?${query}` };
  });
  app.register(async (scope) => {
    await scope.register(fastifyWebhook, options);
    scope.post("/*", async () => "");
  });
  await app.ready();
  return app.server;
}

function nodeServer(): Server {
  const hook = webhook(options, () => {});
  return createServer((req, res) => {
    const target = req.url ?? "";
    const [path = "", ...rest] = target.replace(/^http:\/\/[^/]*/i, "").split("?");
    seen.routed = { path: path || "/", search: rest.length === 0 ? "" : `?${rest.join("?")}` };
    void hook(req, res);
  });
}

const servers: [string, () => Server | Promise<Server>][] = [
  ["node:http", nodeServer],
  ["Express 4", () => expressServer(require("express4") as typeof express)],
  ["Express 5", () => expressServer(express)],
  ["Koa 2", () => koaServer(require("koa2") as typeof Koa)],
  ["Koa 3", () => koaServer(Koa)],
  ["Fastify 4", () => fastifyServer(require("fastify4") as typeof fastify)],
  ["Fastify 5", () => fastifyServer(fastify)],
];

/** Words that mean something to a URL parser, put together at random. */
const words = (...more: string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.constantFrom("one", "two", "/", "?", "#", "@", ":", ";", "&", "tenant=", "x=", ...more),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(""));

const hosts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("one", "two", "one:80", "[::1]:3000") },
  { weight: 1, arbitrary: fc.constantFrom("[::", "a b", "") },
  { weight: 1, arbitrary: words("\\", "..", "[", "]") },
);
const requests = fc.record({
  host: hosts,
  target: fc.oneof(
    words("'", '"', "%2e", "tenant=two").map((rest) => `/${rest}`),
    words("\\", "/..", "/.", "%2e", "\u00a0", "\u00e9").map((rest) => `/${rest}`),
    fc.tuple(hosts, words()).map(([host, rest]) => `http://${host}${rest}`),
    words(),
  ),
  forwardedHost: fc.option(hosts, { nil: undefined, freq: 1 }),
  forwardedProto: fc.option(fc.oneof(fc.constantFrom("https", "HTTP"), words("http://")), {
    nil: undefined,
    freq: 1,
  }),
});

type Requested = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

function send(port: number, { host, target, forwardedHost, forwardedProto }: Requested) {
  const lines = [
    `POST ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...(forwardedHost === undefined ? [] : [`X-Forwarded-Host: ${forwardedHost}`]),
    ...(forwardedProto === undefined ? [] : [`X-Forwarded-Proto: ${forwardedProto}`]),
    `X-Paradym-HMAC-SHA-256: ${"0".repeat(64)}`,
    "Content-Length: 0",
    "Connection: close",
  ];
  return new Promise<number>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (data) => (text += String(data)));
    socket.on("close", () => resolve(Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? 0)));
    socket.on("error", reject);
    socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  });
}

/** Makes the same of the escaped and the unescaped form of a text. */
const unescaped = (text: string): string =>
  decodeURIComponent(text.replaceAll(/%(?![\da-f]{2})/gi, "%25"));

/** The query as far as a framework tells of it: Fastify of its pairs alone, and of a repeated name in its own way. */
function routedPairs(framework: string, search = ""): string | string[] {
  if (!framework.startsWith("Fastify")) return unescaped(search).replace(/^\?$/, "");
  const query = new URLSearchParams(search);
  return [...new Map(query)].map(([name, value]) => {
    const values = [...query.getAll(name), ...value.split(",")];
    return `${name}=${[...new Set(values.flatMap((one) => one.split(",")))].toSorted().join()}`;
  });
}

/** A request as Node has it. */
const request = (headers: object, url = "/hook"): IncomingMessage =>
  ({ headers, url, socket: {} }) as IncomingMessage;

describe.each(servers)("the URL that a secret is looked up by, on %s", (name, start) => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => server.close());

  test("has the path and the query of the route, whatever is sent", async () => {
    const { port } = server.address() as AddressInfo;
    let looked = 0;
    await fc.assert(
      fc.asyncProperty(requests, async (sent) => {
        seen = {};
        const status = await send(port, sent);
        expect([400, 401, 404]).toContain(status);
        const { url, routed } = seen;
        if (url === undefined) return;
        looked++;
        expect(status).toBe(401);
        const { pathname, search, protocol } = new URL(url);
        expect(["http:", "https:"]).toContain(protocol);
        expect(unescaped(pathname)).toBe(unescaped(routed?.path ?? ""));
        expect(routedPairs(name, routed?.search)).toEqual(routedPairs(name, search));
      }),
      { numRuns: 400 },
    );
    // Otherwise nothing would have been compared.
    expect(looked).toBeGreaterThan(10);
  });
});

describe("requestUrl()", () => {
  test("takes the authority of HTTP/2, and refuses one that is not the Host", () => {
    expect(requestUrl(request({ ":authority": "one" })).url).toBe("http://one/hook");
    expect(requestUrl(request({ ":authority": "one", host: "ONE" })).url).toBe("http://ONE/hook");
    const { malformed } = requestUrl(request({ ":authority": "two", host: "one" }));
    expect(malformed).toMatchObject({ code: "request_malformed", status: 400 });
  });

  test("does without a Host, as HTTP/1.0 does", () => {
    expect(requestUrl(request({})).url).toBe("http://localhost/hook");
  });
});
