import { createReceiver } from "@countersign/core";
import { jwksKeys, type JwksOptions, jwtProvider, plaid } from "@countersign/jwt";
import { signedRequest } from "@countersign/sender/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Loopback, loopback } from "./loopback.ts";
import { es256, keyPair, type KeyPair, tokenOf } from "./tokens.ts";

const URL_OF_KEYS = "https://acme.example/.well-known/jwks.json";
const acme = jwtProvider({
  name: "acme",
  token: { header: "X-Token" },
  algorithms: ["ES256"],
  proves: { bodySha256: "body_hash", encoding: "base64url" },
  jwks: URL_OF_KEYS,
  id: { part: "jti" },
  timestamp: { part: "iat", unit: "seconds", of: "attempt", toleranceSeconds: 60 },
  dedup: "id",
});

let server: Loopback;
let pair: KeyPair;
let keys: object[];
beforeAll(async () => {
  server = await loopback(() => ({ keys }));
});
afterAll(() => server.close());
beforeEach(() => {
  pair = keyPair("ES256", "key-1");
  keys = [pair.publicJwk];
  server.asked.length = 0;
});

type Deliver = (by: KeyPair, provider?: typeof acme) => Promise<number>;

function receiverWith(options: JwksOptions = {}): Deliver {
  const secret = jwksKeys(acme, { fetch: server.fetch, timeoutMs: 200, ...options });
  const receiver = createReceiver({ provider: acme, secret, onWarning: () => {} });
  return async ({ privateJwk }) => {
    const key = JSON.stringify(privateJwk);
    const request = await signedRequest({ provider: acme, secret: key, body: { n: 1 } });
    return (await receiver.handle(request.toRequest(), () => new Response())).status;
  };
}

test("A key set is fetched once, and kept", async () => {
  const deliver = receiverWith();
  expect([await deliver(pair), await deliver(pair), await deliver(pair)]).toEqual([200, 200, 200]);
  expect(server.asked).toEqual([URL_OF_KEYS]);
});

test("Of many deliveries at once, one makes it fetch", async () => {
  const deliver = receiverWith();
  const statuses = await Promise.all(Array.from({ length: 10 }, async () => deliver(pair)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(server.asked).toHaveLength(1);
});

test("It is fetched anew for a kid that it has not, at most once in a cooldown, and once it is old", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const deliver = receiverWith();
    expect(await deliver(pair)).toBe(200);
    const next = keyPair("ES256", "key-2");
    keys = [pair.publicJwk, next.publicJwk];
    expect(await deliver(next)).toBe(401);
    expect(server.asked).toHaveLength(1);
    vi.advanceTimersByTime(31_000);
    expect(await deliver(next)).toBe(200);
    expect(server.asked).toHaveLength(2);
    expect(await deliver(keyPair("ES256", "key-3"))).toBe(401);
    expect(server.asked).toHaveLength(2);
    keys = [next.publicJwk];
    vi.advanceTimersByTime(601_000);
    expect(await deliver(pair)).toBe(401);
    expect(server.asked).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});

test("A forged token with the kid of a known key is refused", async () => {
  const deliver = receiverWith();
  expect(await deliver(keyPair("ES256", "key-1"))).toBe(401);
});

describe("A key set that can't be fetched is 503, never 401, and is asked for again", () => {
  test.each<[string, Loopback["answer"]]>([
    ["it answers with an error", (_, res) => res.writeHead(500).end("{}")],
    ["it is not found", (_, res) => res.writeHead(404).end("{}")],
    [
      "it redirects",
      (_, res) => res.writeHead(302, { location: "https://evil.example/jwks.json" }).end(),
    ],
    ["it is no JSON", (_, res) => res.end("<html>")],
    ["it is no key set", (_, res) => res.end('{"keys":1}')],
    ["it is too long", (_, res) => res.end(`{"keys":[],"x":"${"x".repeat(300_000)}"}`)],
    ["it hangs up", (req) => req.socket.destroy()],
    ["it never answers", () => {}],
  ])("%s", async (_, answer) => {
    const usual = server.answer;
    server.answer = answer;
    const deliver = receiverWith();
    try {
      expect(await deliver(pair)).toBe(503);
      expect(server.asked).toEqual([URL_OF_KEYS]);
    } finally {
      server.answer = usual;
    }
    expect(await deliver(pair)).toBe(200);
  });
});

function tokenWith(header: object): string {
  const claims = { body_hash: "x", jti: "1", iat: Math.floor(Date.now() / 1000) };
  return tokenOf({ alg: "ES256", kid: "key-1", ...header }, claims, es256(pair.privateKey));
}

async function statusOf(provider: typeof acme, header: object): Promise<number> {
  const secret = jwksKeys(provider, { fetch: server.fetch });
  const receiver = createReceiver({ provider, secret, onWarning: () => {} });
  const request = new Request("https://example.com", {
    method: "POST",
    headers: { "x-token": tokenWith(header) },
    body: "{}",
  });
  return (await receiver.handle(request, () => new Response())).status;
}

describe("Nothing that a token says is fetched", () => {
  const several = jwtProvider({
    name: "several",
    token: { header: "X-Token" },
    algorithms: ["ES256"],
    proves: "sender",
    jwks: ["https://keys.acme.example/live", "https://keys.acme.example/test"],
    dedup: "none",
  });

  test("where there is one URL, it is that one, whatever jku and x5u say", async () => {
    const evil = "https://evil.example/jwks.json";
    expect(await statusOf(acme, { jku: evil, x5u: evil })).toBe(401);
    expect(server.asked).toEqual([URL_OF_KEYS]);
  });

  test("where there are several, jku picks one", async () => {
    expect(await statusOf(several, { jku: "https://keys.acme.example/test" })).toBe(200);
    expect(server.asked).toEqual(["https://keys.acme.example/test"]);
  });

  test.each([
    "https://keys.acme.example.evil.example/test",
    "https://keys.acme.example@evil.example/test",
    "https://keys-acme.example/test",
    "https://keys.acme.example:8443/test",
    "https://keys.acme.example/test?x",
    "https://keys.acme.example/test/",
    "https://keys.acme.example/live/../test",
    "https://keys.acme.exаmple/test",
    "http://keys.acme.example/test",
    "HTTPS://keys.acme.example/test",
    7,
    undefined,
  ])("and no other than those: %j is 401", async (jku) => {
    expect(await statusOf(several, { jku })).toBe(401);
    expect(server.asked).toEqual([]);
  });
});

test("A provider without a URL has no key set to fetch", () => {
  expect(() => jwksKeys(plaid)).toThrow(/plaid has no key set to fetch/);
});

test.each(["cacheSeconds", "cooldownSeconds", "timeoutMs"])("%s must be above 0", (setting) => {
  expect(() => jwksKeys(acme, { [setting]: 0 })).toThrow(`${setting} is 0`);
});
