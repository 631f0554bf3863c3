import { createReceiver, createVerifier, type SecretLookup } from "@countersign/core";
import { circleKeys, ebayKeys, paypalKeys } from "@countersign/core/keys";
import { circle, ebay, paypal } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { FURTHER_ANSWERS } from "../vectors/further-answers.ts";
import type { KnownAnswer } from "../vectors/known-answers.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A server that answers with one response, and remembers what it was asked. */
function serving(answer: () => Response): { readonly fetch: Fetch; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    fetch: async (url, { headers, redirect }) => {
      asked.push([url, headers, redirect]);
      return answer();
    },
  };
}

function answerOf(provider: KnownAnswer["provider"]): KnownAnswer {
  const answer = FURTHER_ANSWERS.find((one) => one.provider === provider);
  if (answer === undefined) throw new Error(`no known answer for ${provider.name}`);
  return answer;
}

async function statusOf(
  { provider, headers, body, nowSeconds }: KnownAnswer,
  secret: SecretLookup,
  changed: Readonly<Record<string, string>> = {},
): Promise<number> {
  const now = (): number => nowSeconds * 1000;
  const receiver = createReceiver({ provider, secret, now, onWarning: () => {} });
  const request = new Request("https://example.com/", {
    method: "POST",
    headers: { ...headers, ...changed },
    body,
  });
  return (await receiver.handle(request, () => new Response())).status;
}

describe("The certificate of a delivery of PayPal", () => {
  const answer = answerOf(paypal);
  const [webhookId = "", ...pem] = answer.secret.split("\n");
  const certificate = pem.join("\n");

  test("is fetched, and verifies with the webhook's id", async () => {
    const { fetch, asked } = serving(() => new Response(`${certificate}\n${certificate}\n`));
    expect(await statusOf(answer, paypalKeys({ webhookId, fetch }))).toBe(200);
    expect(asked).toEqual([[answer.headers["PAYPAL-CERT-URL"], undefined, "manual"]]);
    expect(await statusOf(answer, paypalKeys({ webhookId: "OTHER", fetch }))).toBe(401);
  });

  test.each([
    "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://api-paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
    "https://www.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/../../../CERT-1",
    "https://api.paypal.com/v1/notifications/certs/CERT-1?x",
    "http://api.paypal.com/v1/notifications/certs/CERT-1",
    "",
  ])("is not fetched from %j", async (url) => {
    const { fetch, asked } = serving(() => new Response(certificate));
    const secret = paypalKeys({ webhookId, fetch });
    expect(await statusOf(answer, secret, { "PAYPAL-CERT-URL": url })).toBe(401);
    expect(asked).toEqual([]);
  });

  test("that is none, or not valid now, is 503", async () => {
    const none = serving(() => new Response("<html>"));
    expect(await statusOf(answer, paypalKeys({ webhookId, fetch: none.fetch }))).toBe(503);
    const { fetch } = serving(() => new Response(certificate));
    expect(await statusOf(answer, paypalKeys({ webhookId, fetch, now: () => 0 }))).toBe(503);
  });

  test("needs the webhook's id", () => {
    expect(() => paypalKeys({ webhookId: "" })).toThrow(/webhookId is ""/);
    expect(() => createVerifier({ provider: paypal, secret: certificate })).toThrow(/paypalKeys/);
  });

  test("covers a CRC of the body alone: the event says that its body is not signed", async () => {
    const verifier = createVerifier({ provider: paypal, secret: answer.secret });
    const event = await verifier.verify(answer);
    expect(event.unsigned).toContain("body");
    const longer = { ...answer, body: `${answer.body} ` };
    await expect(verifier.verify(longer)).rejects.toMatchObject({ code: "signature_mismatch" });
  });
});

describe("The key of a delivery of Circle", () => {
  const answer = answerOf(circle);
  const found = { data: { id: "x", algorithm: "ECDSA_SHA_256", publicKey: answer.secret } };

  test("is asked for with the API key, by the id in the delivery, which must be a UUID", async () => {
    const { fetch, asked } = serving(() => Response.json(found));
    const secret = circleKeys({ apiKey: "KEY", fetch });
    expect(await statusOf(answer, secret)).toBe(200);
    expect(await statusOf(answer, secret)).toBe(200);
    const url =
      "https://api.circle.com/v2/notifications/publicKey/879dc113-5ca4-4ff7-a6b7-54652083fcf8";
    const headers = { accept: "application/json", authorization: "Bearer KEY" };
    expect(asked).toEqual([[url, headers, "manual"]]);
    for (const id of ["../subscriptions", "x", "", "a".repeat(36)]) {
      expect(await statusOf(answer, secret, { "X-Circle-Key-Id": id })).toBe(401);
    }
    expect(asked).toHaveLength(1);
  });

  test("that Circle doesn't know is 401; where Circle can't be asked it is 503", async () => {
    const unknown = serving(() => new Response("{}", { status: 404 }));
    expect(await statusOf(answer, circleKeys({ apiKey: "K", fetch: unknown.fetch }))).toBe(401);
    for (const response of [
      () => new Response("{}", { status: 401 }),
      () => new Response("{}", { status: 500 }),
      () => Response.json({ data: { ...found.data, algorithm: "RSA" } }),
    ]) {
      const { fetch } = serving(response);
      expect(await statusOf(answer, circleKeys({ apiKey: "K", fetch }))).toBe(503);
    }
    expect(() => circleKeys({ apiKey: " " })).toThrow(/apiKey is empty/);
  });
});

describe("The key of a notification of eBay", () => {
  const answer = answerOf(ebay);
  const oneLine = answer.secret.replaceAll("\n", "");

  test("is asked for with a token, by the kid in the signature", async () => {
    const key = { key: oneLine, algorithm: "ECDSA", digest: "SHA1" };
    const { fetch, asked } = serving(() => Response.json(key));
    expect(await statusOf(answer, ebayKeys({ token: () => "TOKEN", fetch }))).toBe(200);
    const url =
      "https://api.ebay.com/commerce/notification/v1/public_key/9936261a-7d7b-4621-a0f1-964d6a8cfa5b";
    expect(asked).toEqual([[url, { authorization: "Bearer TOKEN" }, "manual"]]);
  });

  test.each(["../x", "a/b", "a?b", "", 7])("is not asked for by the kid %j", async (kid) => {
    const { fetch, asked } = serving(() => Response.json({ key: oneLine }));
    const signature = Buffer.from(JSON.stringify({ kid, signature: "AAAA" })).toString("base64");
    const secret = ebayKeys({ token: () => "TOKEN", fetch });
    expect(await statusOf(answer, secret, { "X-EBAY-SIGNATURE": signature })).toBe(401);
    expect(asked).toEqual([]);
  });

  test("where there is no token, the delivery is 503", async () => {
    const { fetch } = serving(() => Response.json({ key: oneLine }));
    const secret = ebayKeys({ token: () => Promise.reject(new Error("no token")), fetch });
    expect(await statusOf(answer, secret)).toBe(503);
    expect(() => ebayKeys({ token: "text" as never })).toThrow(/token is no function/);
  });

  test("must be a public key, and on P-256", () => {
    for (const secret of ["x", answer.signingSecret ?? ""]) {
      expect(() => createVerifier({ provider: ebay, secret })).toThrow(/no public key/);
    }
  });
});
