import { createHmac } from "node:crypto";
import { createReceiver, sign } from "@countersign/core";
import { meta, slack, xero, zoom } from "@countersign/core/providers";
import { expect, test } from "vitest";

const SECRET = "a secret of the app";
const HOOK = "https://example.com/hook";

function unreachable(): never {
  throw new Error("The handler saw a handshake.");
}

function post({ headers, body }: Awaited<ReturnType<typeof sign>>): Request {
  return new Request(HOOK, { method: "POST", headers, body: Uint8Array.from(body) });
}

test("Slack's url_verification is answered with its challenge, also where Slack asks twice", async () => {
  const receiver = createReceiver({ provider: slack, secret: SECRET });
  const body = { token: "t", type: "url_verification", challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY" };
  const asked = await sign({ body }, { provider: slack, secret: SECRET });
  for (const request of [post(asked), post(asked)]) {
    const response = await receiver.handle(request, unreachable);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("3eZbrw1aBm2rZgRNFdxV2595E9CY");
  }
  const forged = await sign({ body }, { provider: slack, secret: "a secret of somebody else" });
  expect((await receiver.handle(post(forged), unreachable)).status).toBe(401);
});

test("Zoom's endpoint.url_validation is answered with its token and the token's HMAC", async () => {
  const receiver = createReceiver({ provider: zoom, secret: SECRET });
  const plainToken = "qgg8vlvZRS6UYooatFL8Aw";
  const body = { event: "endpoint.url_validation", payload: { plainToken }, event_ts: 1 };
  const asked = await sign({ body }, { provider: zoom, secret: SECRET });
  const response = await receiver.handle(post(asked), unreachable);
  expect(await response.json()).toEqual({
    plainToken,
    encryptedToken: createHmac("sha256", SECRET).update(plainToken).digest("hex"),
  });
});

test("Meta's GET is answered where it shows the user's verify token", async () => {
  const receiver = createReceiver({ provider: meta, secret: SECRET, verifyToken: "meatyhamhock" });
  const ask = (token: string): Promise<Response> => {
    const query = new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.challenge": "1158201444",
      "hub.verify_token": token,
    });
    return receiver.handle(new Request(`${HOOK}?${query.toString()}`), unreachable);
  };
  expect(await (await ask("meatyhamhock")).text()).toBe("1158201444");
  expect((await ask("another")).status).toBe(401);
});

test("Xero's intent to receive gets 200 and 401, both without a body", async () => {
  const receiver = createReceiver({ provider: xero, secret: SECRET });
  const body = { events: [], firstEventSequence: 0, lastEventSequence: 0, entropy: "S0m3r4Nd0m" };
  for (const [secret, status] of [
    [SECRET, 200],
    ["a key of somebody else", 401],
  ] as const) {
    const asked = await sign({ body }, { provider: xero, secret });
    const response = await receiver.handle(post(asked), () => {});
    expect([response.status, await response.text()]).toEqual([status, ""]);
  }
});
