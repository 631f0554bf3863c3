import { generateKeyPairSync } from "node:crypto";
import { createReceiver, createVerifier, type Delivery, sign } from "@countersign/core";
import { awsSnsKeys, keysFrom } from "@countersign/core/keys";
import { awsSns, telnyx } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const PUBLIC = publicKey.export({ type: "spki", format: "pem" }).toString();
const PRIVATE = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const URL_OF_KEY = "https://keys.example.com/telnyx.pem";
const ALLOWED = /^https:\/\/keys\.example\.com\/telnyx\.pem$/;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

async function statusOf(
  fetchKey: Fetch,
  url: string | ((delivery: Delivery) => string) = URL_OF_KEY,
  times = 1,
) {
  const secret = keysFrom({ url, allowed: ALLOWED, fetch: fetchKey, timeoutMs: 50 });
  const receiver = createReceiver({ provider: telnyx, secret, onWarning: () => {} });
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, for the cache
    const signed = await sign(
      { body: { n: i }, id: `evt_${i}` },
      { provider: telnyx, secret: PRIVATE },
    );
    const request = new Request("https://example.com/", {
      method: "POST",
      headers: signed.headers,
      body: Buffer.from(signed.body),
    });
    // oxlint-disable-next-line no-await-in-loop
    statuses.push((await receiver.handle(request, () => new Response())).status);
  }
  return statuses;
}

describe("A fetched key", () => {
  test("verifies, is kept, and redirects are not followed", async () => {
    const asked: unknown[] = [];
    const fetchKey: Fetch = async (url, { redirect }) => {
      asked.push([url, redirect]);
      return new Response(PUBLIC);
    };
    expect(await statusOf(fetchKey, URL_OF_KEY, 3)).toEqual([200, 200, 200]);
    expect(asked).toEqual([[URL_OF_KEY, "manual"]]);
  });

  test.each<[string, Fetch]>([
    ["that is away", async () => Promise.reject(new TypeError("fetch failed"))],
    [
      "that redirects",
      async () =>
        new Response(null, { status: 302, headers: { location: "https://evil.example/" } }),
    ],
    ["that answers with an error", async () => new Response("no", { status: 500 })],
    ["that is too long", async () => new Response("x".repeat(100_000))],
    ["that is no key", async () => new Response("<html>")],
    ["that never answers", async () => new Promise(() => {})],
  ])("%s is 503, never 401, and is asked for again", async (_, fetchKey) => {
    expect(await statusOf(fetchKey)).toEqual([503]);
    let isFirst = true;
    const recovering: Fetch = async (url, init) => {
      if (!isFirst) return new Response(PUBLIC);
      isFirst = false;
      return fetchKey(url, init);
    };
    const [first, second] = await statusOf(recovering, URL_OF_KEY, 2);
    expect(first).toBe(503);
    // A text that is no key was fetched well, and is kept.
    expect(second).toBe(_ === "that is no key" ? 503 : 200);
  });

  test.each([
    "http://keys.example.com/telnyx.pem",
    "https://keys.example.com.evil.example/telnyx.pem",
    "https://evil.example/https://keys.example.com/telnyx.pem",
    "https://keys-example.com/telnyx.pem",
    "https://keys.example.com:8443/telnyx.pem",
    "https://keys.example.com@evil.example/telnyx.pem",
    "https://keys.example.com/telnyx.pem?x",
    "https://keys.example.com/telnyx.pem\n",
    "",
  ])("at %j is never asked for: 401", async (url) => {
    let asked = 0;
    const fetchKey: Fetch = async () => {
      asked++;
      return new Response(PUBLIC);
    };
    expect(await statusOf(fetchKey, () => url)).toEqual([401]);
    expect(asked).toBe(0);
  });

  test.each([/keys\.example\.com/, /^https:\/\/keys\.example\.com/, /keys\.example\.com$/])(
    "can't be allowed by %s",
    (allowed) => {
      expect(() => keysFrom({ url: URL_OF_KEY, allowed })).toThrow(
        /could match a URL of somebody else/,
      );
    },
  );
});

async function asksFor(url: unknown): Promise<number> {
  let asked = 0;
  const secret = awsSnsKeys({
    fetch: async () => {
      asked++;
      return new Response("no certificate");
    },
  });
  const verifier = createVerifier({ provider: awsSns, secret });
  const body = JSON.stringify({ Type: "Notification", SigningCertURL: url, Signature: "AAAA" });
  await verifier.check({ headers: {}, body }).catch(() => {});
  return asked;
}

describe("The certificate of an SNS message", () => {
  const good = `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${"0a".repeat(16)}.pem`;

  test("is fetched from hosts of SNS, in each partition", async () => {
    expect(await asksFor(good)).toBe(1);
    expect(await asksFor(good.replace("us-east-1", "us-gov-west-1"))).toBe(1);
    expect(
      await asksFor(good.replace("us-east-1.amazonaws.com", "cn-north-1.amazonaws.com.cn")),
    ).toBe(1);
  });

  test.each([
    good.replace("sns.", "evil-sns."),
    good.replace("amazonaws.com", "amazonaws.com.evil.example"),
    good.replace("amazonaws", "amazonavvs"),
    good.replace("https:", "http:"),
    good.replace("sns.us-east-1.amazonaws.com", "sns.us-east-1.s3.amazonaws.com"),
    good.replace("/Simple", "/bucket/Simple"),
    good.replace(".pem", ".pem?x=1"),
    good.replace("https://", "https://user@"),
    7,
    undefined,
  ])("is not fetched from %j", async (url) => {
    expect(await asksFor(url)).toBe(0);
  });
});
