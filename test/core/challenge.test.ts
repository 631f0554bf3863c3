import { createHmac } from "node:crypto";
import {
  type Answer,
  createReceiver,
  createVerifier,
  defineProvider,
  isWebhookError,
  type Provider,
  type ProviderDefinition,
} from "@countersign/core";
import { dropbox, notion, twitchEventsub, xTwitter } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { answerQueryChallenge } from "../../packages/core/src/grammar/query-challenge.ts";
import {
  MAX_HANDOVER_BYTES,
  readHandover,
} from "../../packages/core/src/grammar/secret-handover.ts";
import type { HmacKey } from "../../packages/core/src/hmac/backend.ts";
import { answerTo } from "../../packages/core/src/scheme/challenge-answer.ts";
import { schemeOf } from "../../packages/core/src/scheme/compile.ts";
import type { HandshakeContext } from "../../packages/core/src/scheme/scheme.ts";
import {
  type PreparedSecret,
  prepareSecrets,
  type Secrets,
} from "../../packages/core/src/secrets/secret.ts";

const SECRET = "a secret of the app";

const body = { signature: { header: "X-Signature", encoding: "hex" }, dedup: "content" } as const;

const slack = defineProvider({
  ...body,
  name: "slack",
  challenge: {
    body: "/challenge",
    when: { body: "/type", value: "url_verification" },
    answer: "text",
  },
});

const zoom = defineProvider({
  ...body,
  name: "zoom",
  challenge: {
    body: "/payload/plainToken",
    when: { body: "/event", value: "endpoint.url_validation" },
    answer: { json: { plainToken: "{value}", encryptedToken: "{hmac.hex}" } },
  },
});

const meta = defineProvider({
  ...body,
  name: "meta",
  challenge: {
    query: "hub.challenge",
    equals: { "hub.mode": "subscribe" },
    token: "hub.verify_token",
    answer: "text",
  },
});

const microsoft = defineProvider({
  ...body,
  name: "microsoft",
  challenge: { query: "validationToken", method: "POST", answer: "text" },
});

function secretsOf(provider: Provider<object>, secrets: Secrets): readonly PreparedSecret[] {
  return prepareSecrets(schemeOf(provider), secrets, false);
}

function keyOf(provider: Provider<object>): HmacKey {
  const [secret] = secretsOf(provider, SECRET);
  if (secret === undefined) throw new Error("no secret");
  return secret.key;
}

function asked(
  provider: Provider,
  query: Record<string, string> | string,
  {
    method = "GET",
    headers = {},
    ...context
  }: Partial<HandshakeContext> & { method?: string; headers?: Record<string, string> } = {},
) {
  const url = `https://example.com/hook?${new URLSearchParams(query).toString()}`;
  return answerQueryChallenge(
    schemeOf(provider),
    { method, url, headers },
    { secrets: () => secretsOf(provider, SECRET), nowMs: Date.UTC(2026, 0, 1), ...context },
  );
}

/** What is answered to a verified body; undefined where it is an event like any other. */
async function answered(provider: Provider<object>, event: unknown): Promise<Answer | undefined> {
  const { definition, grammar } = schemeOf(provider);
  const challenge = grammar.challengeIn?.(definition, event);
  return challenge && answerTo(challenge, keyOf(provider));
}

function hmac(text: string, encoding: "hex" | "base64"): string {
  return createHmac("sha256", SECRET).update(text).digest(encoding);
}

function never(): never {
  throw new Error("A secret was looked up.");
}

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "no error";
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return error.code;
  }
}

describe("a challenge in the query", () => {
  test("of Dropbox comes back as text that no browser takes for a page", async () => {
    expect(await asked(dropbox, { challenge: "<script>alert(1)</script>" })).toEqual({
      status: 200,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      },
      body: "<script>alert(1)</script>",
    });
  });

  test("of Microsoft comes by POST and is decoded", async () => {
    const token =
      "Validation: Testing client application reachability for subscription Request-Id: 1+2/3=";
    expect((await asked(microsoft, { validationToken: token }, { method: "POST" }))?.body).toBe(
      token,
    );
    expect(await asked(microsoft, { validationToken: token })).toBeUndefined();
  });

  test("does not turn a signed delivery into a challenge", async () => {
    const headers = { "x-signature": "00" };
    expect(
      await asked(microsoft, { validationToken: "a" }, { method: "POST", headers }),
    ).toBeUndefined();
  });

  test("of X is answered with its HMAC under the secret", async () => {
    const response = await asked(xTwitter, { crc_token: "MDBiNzZkYzYtZjk0OC00" });
    expect(response?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(response?.body ?? "")).toEqual({
      response_token: `sha256=${hmac("MDBiNzZkYzYtZjk0OC00", "base64")}`,
    });
  });

  test("of X is answered although X signs it", async () => {
    const headers = { "x-twitter-webhooks-signature": "sha256=AAAA" };
    expect(await asked(xTwitter, { crc_token: "abc" }, { headers })).toBeDefined();
  });

  test.each([
    '{"for_user_id":"1","tweet_create_events":[]}',
    "[]",
    '"text"',
    "123",
    "-1.5e+10",
    "true",
    "null",
    " 1",
    "a\nb",
    "",
    "a".repeat(2049),
  ])("of X is not answered where that would sign a delivery: %s", async (token) => {
    expect(await asked(xTwitter, { crc_token: token })).toBeUndefined();
  });

  test("is answered under the secret that is in use now", async () => {
    const rotated: Secrets = [
      { secret: "the old one", notAfter: "2025-06-01T00:00:00Z" },
      { secret: SECRET, notBefore: "2025-06-01T00:00:00Z" },
    ];
    const secrets = () => secretsOf(xTwitter, rotated);
    const response = await asked(xTwitter, { crc_token: "abc" }, { secrets });
    expect(response?.body).toContain(hmac("abc", "base64"));
  });

  test("does not look a secret up that it does not need", async () => {
    const response = await asked(dropbox, { challenge: "abc" }, { secrets: never });
    expect(response?.body).toBe("abc");
  });

  const subscription = {
    "hub.mode": "subscribe",
    "hub.challenge": "1158201444",
    "hub.verify_token": "meatyhamhock",
  };

  test("of Meta comes back where the verify token is the user's", async () => {
    const response = await asked(meta, subscription, { verifyToken: "meatyhamhock" });
    expect(response?.body).toBe("1158201444");
  });

  test.each([
    ["another one", { ...subscription, "hub.verify_token": "meatyhamhocl" }],
    ["none", { "hub.mode": "subscribe", "hub.challenge": "1" }],
    ["two", `${new URLSearchParams(subscription).toString()}&hub.verify_token=meatyhamhock`],
  ])("of Meta is refused where it shows %s as the verify token", async (_, query) => {
    const code = await codeOf(() => asked(meta, query, { verifyToken: "meatyhamhock" }));
    expect(code).toBe("signature_mismatch");
  });

  test("of Meta is refused where the user has given no verify token", async () => {
    await expect(asked(meta, subscription)).rejects.toThrow("Pass verifyToken");
  });

  test.each([
    ["of another mode", { ...subscription, "hub.mode": "unsubscribe" }],
    ["without a value", { "hub.mode": "subscribe" }],
    ["with two values", "hub.mode=subscribe&hub.challenge=1&hub.challenge=2"],
  ])("%s is none", async (_, query) => {
    expect(await asked(meta, query, { verifyToken: "meatyhamhock" })).toBeUndefined();
  });

  test.each(["POST", "HEAD", "OPTIONS"])("is asked by GET and not by %s", async (method) => {
    expect(await asked(dropbox, { challenge: "abc" }, { method })).toBeUndefined();
  });

  test("is not looked for in a fragment, or without a URL", async () => {
    const context = { secrets: () => [], nowMs: 0 };
    const ask = (url: string | undefined) =>
      answerQueryChallenge(schemeOf(dropbox), { method: "GET", url, headers: {} }, context);
    expect(await ask("https://example.com/#?challenge=abc")).toBeUndefined();
    expect(await ask("https://example.com/")).toBeUndefined();
    expect(await ask(undefined)).toBeUndefined();
    expect((await ask("/hook?challenge=abc#x"))?.body).toBe("abc");
  });
});

describe("a challenge in a signed body", () => {
  test("of Slack comes back as text", async () => {
    const event = {
      token: "t",
      type: "url_verification",
      challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY",
    };
    const response = await answered(slack, event);
    expect(response?.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(response?.body).toBe("3eZbrw1aBm2rZgRNFdxV2595E9CY");
  });

  test("of Zoom comes back with its HMAC in hex", async () => {
    const event = {
      event: "endpoint.url_validation",
      payload: { plainToken: "qgg8vlvZRS6UYooatFL8Aw" },
    };
    const response = await answered(zoom, event);
    expect(JSON.parse(response?.body ?? "")).toEqual({
      plainToken: "qgg8vlvZRS6UYooatFL8Aw",
      encryptedToken: hmac("qgg8vlvZRS6UYooatFL8Aw", "hex"),
    });
  });

  test("of Twitch is known by what is signed, not by a header", async () => {
    const challenge = "11535768-497e-14ec-8197-ba2cb5341a01";
    const event = (status: string) => ({
      challenge,
      subscription: { type: "channel.follow", status },
    });
    const pending = event("webhook_callback_verification_pending");
    expect((await answered(twitchEventsub, pending))?.body).toBe(challenge);
    expect(await answered(twitchEventsub, event("enabled"))).toBeUndefined();
  });

  test.each([
    ["an event like any other", { type: "event_callback", challenge: "a" }],
    ["a body that is no object", null],
  ])("is not %s", async (_, event) => {
    expect(await answered(slack, event)).toBeUndefined();
  });

  test.each([
    ["has no value", slack, { type: "url_verification" }],
    ["has an empty value", slack, { type: "url_verification", challenge: "" }],
    ["has a value that is no text", slack, { type: "url_verification", challenge: 12345 }],
    ["is too long", slack, { type: "url_verification", challenge: "a".repeat(2049) }],
    ["breaks a line", slack, { type: "url_verification", challenge: "a\r\nb" }],
    [
      "would sign something else",
      zoom,
      { event: "endpoint.url_validation", payload: { plainToken: "v0:1700000000:{}" } },
    ],
    [
      "is a number, which is JSON",
      zoom,
      { event: "endpoint.url_validation", payload: { plainToken: "1234567890" } },
    ],
  ])("is refused where it %s: it is no event for the handler", async (_, provider, event) => {
    const receiver = createReceiver({ provider, secret: SECRET });
    const sent = JSON.stringify(event);
    const headers = { "x-signature": hmac(sent, "hex") };
    expect(await receiver.receive({ headers, body: sent })).toMatchObject({
      status: "rejected",
      error: { code: "body_malformed" },
    });
  });
});

describe("a secret that is handed over", () => {
  const token = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";

  test("by Notion is taken out and answered with 200", () => {
    const delivery = {
      method: "POST",
      headers: {},
      body: JSON.stringify({ verification_token: token }),
    };
    const handed = readHandover(schemeOf(notion), delivery);
    expect(handed?.secret).toBe(token);
    expect(handed?.response.status).toBe(200);
    expect(handed?.response.body).toBe("");
  });

  test("verifies what comes after it", async () => {
    const event = '{"id":"1","type":"page.created"}';
    const signature = createHmac("sha256", token).update(event).digest("hex");
    const headers = { "X-Notion-Signature": `sha256=${signature}` };
    const verifier = createVerifier({ provider: notion, secret: token });
    expect((await verifier.verify({ headers, body: event })).id).toBe("1");
  });

  test.each([
    ["a signed delivery", { headers: { "x-notion-signature": "sha256=00" } }],
    ["a GET", { method: "GET" }],
    ["a body that is no JSON", { body: "{" }],
    ["a body without it", { body: "{}" }],
    ["a body in which it is no text", { body: '{"verification_token":1}' }],
    ["text that would break a log or a terminal", { body: '{"verification_token":"\\u001b[2J"}' }],
    [
      "a body that is too long",
      { body: JSON.stringify({ verification_token: token, a: " ".repeat(MAX_HANDOVER_BYTES) }) },
    ],
  ])("is not in %s", (_, changed) => {
    const delivery = {
      method: "POST",
      headers: {},
      body: JSON.stringify({ verification_token: token }),
      ...changed,
    };
    expect(readHandover(schemeOf(notion), delivery)).toBeUndefined();
  });

  test("is asked for only where the definition says so", () => {
    const delivery = {
      method: "POST",
      headers: {},
      body: JSON.stringify({ verification_token: token }),
    };
    expect(readHandover(schemeOf(dropbox), delivery)).toBeUndefined();
  });
});

describe("defineProvider refuses a challenge", () => {
  test.each([
    ["without a query parameter", { query: "", answer: "text" }, "challenge.query is empty"],
    ["by another method", { query: "a", method: "PUT", answer: "text" }, "challenge.method"],
    ["without an answer", { query: "a" }, 'must be "text"'],
    ["with an empty answer", { query: "a", answer: { json: {} } }, 'must be "text"'],
    [
      "with an unknown placeholder",
      { query: "a", answer: { json: { b: "{hmac}" } } },
      "{hmac.hex}",
    ],
    [
      "whose value is no pointer",
      { body: "a", when: { body: "/b", value: "c" }, answer: "text" },
      "challenge.body",
    ],
    ["without a mark", { body: "/a", answer: "text" }, "challenge.when is missing"],
    [
      "whose mark has no text",
      { body: "/a", when: { body: "/b" }, answer: "text" },
      "challenge.when.value",
    ],
    ["whose secret is no pointer", { handover: "token" }, "challenge.handover"],
    ["of no kind", { answer: "text" }, "challenge has no query, body, handover, probe or header"],
    [
      "of two kinds",
      { query: "a", body: "/a", when: { body: "/b", value: "c" }, answer: "text" },
      "challenge has query and body",
    ],
    [
      "whose secret would not be looked for",
      { query: "a", handover: "/token", answer: "text" },
      "challenge has query and handover",
    ],
    [
      "with what belongs to another kind",
      { handover: "/token", answer: "text" },
      "challenge.answer has no meaning beside challenge.handover",
    ],
    [
      "whose verify token has no name",
      { query: "a", token: "", answer: "text" },
      "challenge.token is empty",
    ],
  ])("%s", (_, challenge, message) => {
    expect(() => defineProvider({ ...body, name: "acme", challenge: challenge as never })).toThrow(
      message,
    );
  });

  const attempt = { header: "X-Time", unit: "seconds", of: "attempt" } as const;

  test.each<[string, Partial<ProviderDefinition>]>([
    ["bodies are text", { body: { format: "text" } }],
    ["bodies are text or JSON", { body: { format: "auto" } }],
    [
      "a form that carries the body is signed as sent",
      { body: { formField: { name: "payload", signed: "encoded" } } },
    ],
    [
      "the value of a form's field is signed",
      { body: { formField: { name: "payload", signed: "decoded" } } },
    ],
    ["a digest is signed", { signature: { ...body.signature, content: "{bodySha256.hex}" } }],
    [
      "a time stands before the digest that is signed",
      {
        signature: { ...body.signature, content: "{timestamp}.{bodySha256.hex}" },
        timestamp: attempt,
      },
    ],
    [
      "a time stands before the body, so that a token can be a time and `true`",
      { signature: { ...body.signature, content: "{timestamp}.{body}" }, timestamp: attempt },
    ],
    [
      "a field is signed",
      {
        signature: { ...body.signature, content: "{json:/id}" },
        id: { body: "/id" },
        dedup: "id",
      },
    ],
    [
      "a function says what is signed",
      {
        signature: {
          ...body.signature,
          signedContent: (delivery) => Buffer.from(delivery.body).toString("base64"),
          covers: ["body"],
        },
      },
    ],
  ])("that would sign a delivery for anybody, since %s", (_, definition) => {
    expect(() =>
      defineProvider({
        ...body,
        name: "acme",
        challenge: { query: "crc", answer: { json: { token: "{hmac.hex}" } } },
        ...definition,
      }),
    ).toThrow('only if body.format is "json"');
  });

  test.each([
    ["challenge.body", "{json:/id}.{json:/type}"],
    ["challenge.when.body", "{json:/id}.{json:/token}"],
  ])("that anybody could add to a signed delivery: %s is not signed", (where, content) => {
    expect(() =>
      defineProvider({
        name: "acme",
        signature: { ...body.signature, content },
        id: { body: "/id" },
        dedup: "id",
        challenge: {
          body: "/token",
          when: { body: "/type", value: "challenge" },
          answer: { json: { token: "{hmac.hex}" } },
        },
      }),
    ).toThrow(`${where} is /`);
  });

  test("in a body of text, which has no fields", () => {
    expect(() =>
      defineProvider({
        ...body,
        name: "acme",
        body: { format: "text" },
        challenge: { body: "/token", when: { body: "/type", value: "challenge" }, answer: "text" },
      }),
    ).toThrow(`challenge.body can't be in a body of the format "text"`);
  });

  test("but not one whose fields are what is signed", () => {
    expect(() =>
      defineProvider({
        name: "acme",
        signature: { ...body.signature, content: "{json:/type}.{json:/token}" },
        dedup: "none",
        challenge: {
          body: "/token",
          when: { body: "/type", value: "challenge" },
          answer: "text",
        },
      }),
    ).not.toThrow();
  });
});

test("verify() takes a signed handshake for an event without id and key, though the provider's events have both", async () => {
  const provider = defineProvider({
    ...body,
    name: "slack",
    id: { body: "/event_id" },
    type: { body: "/type" },
    dedup: "id",
    challenge: {
      body: "/challenge",
      when: { body: "/type", value: "url_verification" },
      answer: "text",
    },
  });
  const verifier = createVerifier({ provider, secret: SECRET });
  const handshake = '{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRN"}';
  const event = await verifier.verify({
    headers: { "x-signature": hmac(handshake, "hex") },
    body: handshake,
  });
  expect(event.type).toBe("url_verification");
  expect(event.id).toBeUndefined();
  expect(event.key).toBeUndefined();

  const other = '{"type":"url_verification"}';
  const headers = { "x-signature": hmac(other, "hex") };
  expect(await codeOf(() => verifier.verify({ headers, body: other }))).toBe("body_malformed");
});
