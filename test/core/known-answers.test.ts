import { createVerifier, defineProvider, type Provider, verify } from "@countersign/core";
import { github, para, paradym, parra, standardWebhooks } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const plain = defineProvider({
  name: "plain",
  signature: { header: "X-Signature", encoding: "hex" },
  dedup: "none",
});

/** Section, key, data and the HMAC-SHA-256 of RFC 4231. */
const RFC_4231: [string, Buffer, Buffer, string][] = [
  [
    "4.2",
    Buffer.alloc(20, 0x0b),
    Buffer.from("Hi There"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    "4.3",
    Buffer.from("Jefe"),
    Buffer.from("what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    "4.4",
    Buffer.alloc(20, 0xaa),
    Buffer.alloc(50, 0xdd),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    "4.5",
    Buffer.from("0102030405060708090a0b0c0d0e0f10111213141516171819", "hex"),
    Buffer.alloc(50, 0xcd),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  [
    "4.7",
    Buffer.alloc(131, 0xaa),
    Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    "4.8",
    Buffer.alloc(131, 0xaa),
    Buffer.from(
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
    ),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
];

describe("signatures that others have published verify", () => {
  for (const hmac of ["fastest", "platform"] as const) {
    test.each(RFC_4231)(`RFC 4231, section %s, hmac: ${hmac}`, async (_, secret, body, mac) => {
      const verifier = createVerifier({ provider: plain, secret, hmac });
      const headers = { "X-Signature": mac };
      expect((await verifier.check({ headers, body })).rawBody).toEqual(body);
      await expect(
        verifier.check({ headers, body: Buffer.concat([body, Buffer.of(0)]) }),
      ).rejects.toMatchObject({ code: "signature_mismatch" });
    });
  }

  test("RFC 4231, section 4.6, whose MAC is truncated, does not", async () => {
    const verifier = createVerifier({ provider: plain, secret: Buffer.alloc(20, 0x0c) });
    await expect(
      verifier.check({
        headers: { "X-Signature": "a3b6167473100ee06e0c796c2955552b" },
        body: "Test With Truncation",
      }),
    ).rejects.toMatchObject({ code: "signature_malformed" });
  });

  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  test("GitHub's documented example", async () => {
    const verifier = createVerifier({ provider: github, secret: "It's a Secret to Everybody" });
    const headers = {
      "X-Hub-Signature-256":
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    };
    const { rawBody } = await verifier.check({ headers, body: "Hello, World!" });
    expect(Buffer.from(rawBody).toString()).toBe("Hello, World!");
  });

  // The specification prints content and form; its own libraries print what has a secret beside it.
  // https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries (javascript, rust)
  test.each([
    {
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      seconds: 1_614_265_330,
      body: '{"test": 2432232314}',
      signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    {
      secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
      id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
      seconds: 1_649_367_553,
      body: '{"email":"test@example.com","username":"test_user"}',
      signature: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    },
  ])("Standard Webhooks: $id", async ({ secret, id, seconds, body, signature }) => {
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": signature,
    };
    const at = (ms: number): Promise<unknown> =>
      createVerifier({ provider: standardWebhooks, secret, now: () => ms }).check({
        headers,
        body,
      });
    await expect(at(1000 * seconds)).resolves.toMatchObject({
      verifiableUntilMs: 1000 * (seconds + 300),
    });
    await expect(at(1000 * (seconds + 301))).rejects.toMatchObject({ code: "timestamp_expired" });
    await expect(at(1000 * (seconds - 301))).rejects.toMatchObject({ code: "timestamp_future" });
  });
});

// printf %s "$body" | openssl dgst -sha256 -hmac "$secret" -r      (for Para: -binary | openssl base64)
const OPENSSL: {
  provider: Provider<object>;
  secret: string;
  header: string;
  mac: string;
  body: string;
  type: string;
}[] = [
  {
    provider: para,
    secret: "secret",
    header: "X-Webhook-Signature",
    mac: "o0zbZi4txIo2az4t8FsgkSEGXcFawqpgITkndWYQNxc=",
    body: '{"appid":"myapp","event":"create","timestamp":1486848081865,"items":[{"id":"a","name":"What’s up – 100 %?"}]}',
    type: "create",
  },
  {
    provider: parra,
    secret: "a webhook key",
    header: "parra-signature",
    mac: "38883cfa2663eb63c68b806891ea4214842b78d478cf06aad8a02d8633466509",
    body: '{"id":"a056V7R7NmNRjl70","type":"conversation.updated","payload":{"id":"WAz8eIbvDR60rouK"}}',
    type: "conversation.updated",
  },
  {
    provider: paradym,
    secret: "your-webhook-secret",
    header: "X-Paradym-HMAC-SHA-256",
    mac: "e63e7afc7790e9837c08c775a92b4ecf654ada9999a723872393ebcdb173fcf1",
    body: '{"webhookId":"webhook-id","webhookPublishedAt":"time-of-publication","projectId":"project-id","eventType":"workflowExecution.started","payload":{"workflowId":"workflow-id","workflowExecutionId":"workflow-execution-id"}}',
    type: "workflowExecution.started",
  },
];

async function codeOf(
  provider: Provider<object>,
  header: string,
  body: string,
  secret: string,
  signature: string,
): Promise<unknown> {
  const checking = createVerifier({ provider, secret }).check({
    headers: { [header]: signature },
    body,
  });
  return checking.catch((error: { code?: string }) => error.code);
}

describe.each(OPENSSL)(
  "what openssl has signed for $provider.name",
  ({ provider, secret, header, mac, body, type }) => {
    test("verifies as JSON", async () => {
      const delivery = { headers: { [header]: mac }, body };
      const { rawBody } = await createVerifier({ provider, secret }).check(delivery);
      expect(Buffer.from(rawBody).toString()).toBe(body);
      expect(await verify(delivery, { provider, secret })).toMatchObject({
        type,
        body: JSON.parse(body) as unknown,
      });
    });

    test("is a mismatch with another secret, and malformed in upper case or another encoding", async () => {
      const base64 = mac.endsWith("=");
      const bytes = Buffer.from(mac, base64 ? "base64" : "hex");
      expect(await codeOf(provider, header, body, `${secret}s`, mac)).toBe("signature_mismatch");
      expect(
        await codeOf(provider, header, body, secret, bytes.toString(base64 ? "hex" : "base64")),
      ).toBe("signature_malformed");
      expect(
        await codeOf(provider, header, body, secret, base64 ? mac.slice(0, -1) : mac.toUpperCase()),
      ).toBe("signature_malformed");
    });
  },
);

test("Para's form verifies by the decoded value of its field, in which a plus is a space", async () => {
  const body =
    '{"appid":"myapp","event":"create","timestamp":1486848081865,"items":[{"id":"a","name":"What’s up – 100 %?"}]}';
  const form = `payload=${encodeURIComponent(body).replaceAll("%20", "+")}`;
  const headers = {
    "X-Webhook-Signature": "o0zbZi4txIo2az4t8FsgkSEGXcFawqpgITkndWYQNxc=",
    "content-type": "application/x-www-form-urlencoded",
  };
  const { rawBody } = await createVerifier({ provider: para, secret: "secret" }).check({
    headers,
    body: form,
  });
  expect(Buffer.from(rawBody).toString()).toBe(body);
});
