import {
  createReceiver,
  createVerifier,
  defineProvider,
  memoryStore,
  type ProviderDefinition,
  sign,
  verify,
  type VerifyOptions,
  WebhookError,
} from "@countersign/core";
import {
  github,
  gitlabSigningToken,
  paradym,
  standardWebhooks,
  stripe,
} from "@countersign/core/providers";
import * as presets from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const valid: ProviderDefinition = {
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{timestamp}.{body}" },
  timestamp: { header: "X-Timestamp", unit: "seconds", of: "attempt" },
  id: { body: "/id" },
  dedup: "id",
};
const SECRET = "a secret of the tests";

/** The error that is thrown at once; anything else fails the test. */
function thrownBy(run: () => unknown): WebhookError {
  try {
    run();
  } catch (error) {
    if (error instanceof WebhookError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a definition that can't work is refused when it is made, with what to do", () => {
  test.each<[string, unknown, RegExp]>([
    ["nothing at all", undefined, /takes a definition object/],
    ["a name that can't stand in a key", { ...valid, name: "Acme Inc." }, /a-z, 0-9 and "-"/],
    ["no signature", { ...valid, signature: undefined }, /at least \{ header, encoding \}/],
    [
      "an unknown encoding",
      { ...valid, signature: { ...valid.signature, encoding: "base32" } },
      /must be "hex", "hex-upper", .* or "base64url"/,
    ],
    [
      "a header that is no name",
      { ...valid, signature: { ...valid.signature, header: "X Signature" } },
      /no name of a header/,
    ],
    ["no dedup", { ...valid, dedup: undefined }, /dedup is missing\. Say "id"/],
    [
      "an unsigned timestamp that should guard freshness",
      { ...valid, signature: { header: "X-Signature", encoding: "hex" } },
      /does not cover the timestamp.*mark it unsigned: true/,
    ],
    [
      "an unsigned id without its mark",
      { ...valid, id: { header: "X-Id" }, dedup: "content" },
      /does not cover the id.*Mark it unsigned: true/,
    ],
    [
      "an unsigned type without its mark",
      { ...valid, type: { header: "X-Event" } },
      /does not cover the type.*Mark it unsigned: true/,
    ],
    [
      "a mark on what is signed",
      { ...valid, id: { body: "/id", unsigned: true } },
      /Take the mark away/,
    ],
    [
      "dedup by an unsigned id",
      { ...valid, id: { header: "X-Id", unsigned: true } },
      /replay a delivery under a new one\. Use dedup: "content"/,
    ],
    ["dedup by an id that is not defined", { ...valid, id: undefined }, /no id is defined/],
    [
      "dedup by content that is not signed",
      {
        ...valid,
        signature: { ...valid.signature, content: "{timestamp}.{json:/id}" },
        id: undefined,
        dedup: "content",
      },
      /does not cover the whole body/,
    ],
    [
      "a time without its meaning",
      { ...valid, timestamp: { header: "X-Timestamp", unit: "seconds" } },
      /Say "attempt".*or "event"/,
    ],
    [
      "an unknown unit",
      { ...valid, timestamp: { ...valid.timestamp, unit: "minutes" } },
      /must be "seconds", "milliseconds", "iso8601" or "auto"/,
    ],
    ["a pointer that is none", { ...valid, id: { body: "id" } }, /JSON pointer such as "\/id"/],
    [
      "an algorithm that is not known",
      { ...valid, signature: { ...valid.signature, algorithm: "sha3" } },
      /must be "sha256".*or "basic"\. For any other .* verify function in the place of signature/,
    ],
    [
      "two layouts of one header",
      {
        ...valid,
        signature: { ...valid.signature, list: " ", pairs: { separator: ",", signature: "v1" } },
      },
      /a header has one layout/,
    ],
  ])("%s", (_, definition, message) => {
    const error = thrownBy(() => defineProvider(definition as ProviderDefinition));
    expect(error.code).toBe("config_invalid");
    expect(error.message).toMatch(message);
  });

  test.each([
    [
      "in the signature",
      { ...valid, signature: { ...valid.signature, prefx: "sha256=" } },
      "acme: signature.prefx is unknown; did you mean signature.prefix?",
    ],
    [
      "that resembles none",
      { ...valid, signature: { ...valid.signature, cipher: "sha256" } },
      "acme: signature.cipher is unknown, and nothing would look at it. There is signature.header, signature.query,",
    ],
    ["at the top", { ...valid, dedupe: "id" }, "acme: dedupe is unknown; did you mean dedup?"],
    [
      "of a time",
      { ...valid, timestamp: { ...valid.timestamp, tolerance: 60 } },
      "timestamp.tolerance is unknown; did you mean timestamp.toleranceSeconds?",
    ],
    [
      "in a list",
      {
        ...valid,
        requires: [
          { header: "X-A", value: "1" },
          { heder: "X-B", value: "1" },
        ],
      },
      "requires[1].heder is unknown; did you mean requires[1].header?",
    ],
    [
      "further down",
      { ...valid, body: { formField: { name: "payload", singed: "decoded" } } },
      "body.formField.singed is unknown; did you mean body.formField.signed?",
    ],
    [
      "of a challenge",
      {
        ...valid,
        challenge: { body: "/challenge", wen: { body: "/type", value: "x" }, answer: "text" },
      },
      "challenge.wen is unknown; did you mean challenge.when?",
    ],
  ])("a misspelt name %s", (_, definition, message) => {
    const error = thrownBy(() => defineProvider(definition as never));
    expect(error.code).toBe("config_invalid");
    expect(error.message).toContain(message);
  });

  test("and no name that a definition can have is taken for a misspelt one", () => {
    for (const preset of Object.values(presets)) {
      expect(() => defineProvider(preset)).not.toThrow();
    }
  });

  test("while the one that they are made from is accepted, and frozen to its depth", () => {
    const provider = defineProvider(valid);
    expect(Object.isFrozen(provider)).toBe(true);
    expect(Object.isFrozen(provider.signature)).toBe(true);
  });
});

describe("a secret that can't work is refused when the verifier is made, and never quoted", () => {
  test.each<[string, VerifyOptions<object>, RegExp]>([
    [
      "missing",
      { provider: github, secret: undefined as never },
      /github: no secret was given\. .*environment variable/,
    ],
    ["null", { provider: github, secret: null as never }, /no secret was given/],
    [
      "an entry without its secret",
      { provider: github, secret: [{ secret: undefined as never }] },
      /no secret was given/,
    ],
    ["a number", { provider: github, secret: 17 as never }, /neither text nor bytes/],
    ["empty text", { provider: github, secret: "" }, /is empty: anybody could sign/],
    ["no bytes", { provider: github, secret: new Uint8Array() }, /the secret is empty/],
    [
      "an empty list",
      { provider: github, secret: [] },
      /the secret list is empty\..*environment variable/,
    ],
    ["a list with an empty one", { provider: github, secret: [SECRET, ""] }, /is empty/],
    [
      "a secret token of GitLab for its signing token",
      { provider: gitlabSigningToken, secret: SECRET },
      /For a secret token \(X-Gitlab-Token\).* use the preset gitlab\./,
    ],
    ["whsec_ and nothing", { provider: standardWebhooks, secret: "whsec_" }, /is empty/],
    [
      "whsec_ and no base64",
      { provider: standardWebhooks, secret: `whsec_${SECRET}` },
      /not base64 behind "whsec_".*Copy it whole/,
    ],
    ["a newline at its end", { provider: github, secret: `${SECRET}\n` }, /white space.*Trim it/],
    ["a space in front", { provider: github, secret: ` ${SECRET}` }, /white space.*Trim it/],
    [
      "a time that is none",
      { provider: github, secret: [{ secret: SECRET, notAfter: "tomorrow" }] },
      /notAfter is no date/,
    ],
  ])("%s", async (_, given, message) => {
    for (const make of [() => createVerifier(given), () => createReceiver(given)]) {
      const error = thrownBy(make);
      expect(error.code).toBe("config_invalid");
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain(SECRET);
    }
    await expect(verify({ headers: {}, body: "{}" }, given)).rejects.toThrow(message);
  });
});

describe("an option that can't work is refused when the receiver is made", () => {
  test.each([
    [
      "no provider",
      { provider: undefined },
      /The provider is missing\. Is its import misspelt\? Import one: import \{ github \} from "@countersign\/core\/providers"/,
    ],
    [
      "a provider's name",
      { provider: "github" },
      /The provider is text, not a preset\. Import one: import \{ github \} from "@countersign\/core\/providers"/,
    ],
    [
      "an unchecked definition",
      { provider: valid },
      /acme is no preset.*definition.*through defineProvider\(\)/,
    ],
    [
      "a preset that was changed",
      { provider: { ...github, dedup: "id" } },
      /github is no preset.*spread preset, through defineProvider\(\)/,
    ],
    ["an endpoint with a space", { endpoint: "my endpoint" }, /endpoint must be 1 to 128/],
    ["an unknown onStoreError", { onStoreError: "ignore" }, /must be "reject" or "accept"/],
    ["a store that is a client", { store: { query: () => {} } }, /not the client itself/],
    ["a store that is null", { store: null }, /store does not have the methods/],
    ["a lease of nothing", { leaseSeconds: 0 }, /leaseSeconds is 0/],
    [
      "a lease that no timer can wait for",
      { leaseSeconds: 30 * 86_400 },
      /no further than 2147483/,
    ],
    ["a time-out that no timer can wait for", { storeTimeoutMs: 2 ** 31 }, /storeTimeoutMs/],
    ["a lease that is no number", { leaseSeconds: Number.NaN }, /leaseSeconds is NaN/],
    ["a body timeout as good as none", { bodyTimeoutMs: 2 ** 53 }, /no further than 2147483647/],
    ["a negative retention", { retentionSeconds: -1 }, /retentionSeconds is -1/],
    ["a body limit as text", { maxBodyBytes: "1mb" }, /maxBodyBytes is "1mb"/],
    ["a number as text", { leaseSeconds: "60" }, /leaseSeconds is "60"; it must be a number/],
    ["a schema that is none", { schema: {} }, /schema has no "~standard".*Zod/],
    ["a schema that is null", { schema: null }, /schema has no "~standard"/],
    ["a path as publicUrl", { publicUrl: "/hook" }, /publicUrl is "\/hook"; it must be an origin/],
    ["a host as publicUrl", { publicUrl: "example.com:443/hook" }, /it must be an origin/],
    ["a publicUrl that is no text", { publicUrl: 1 }, /it must be an origin/],
    ["an unknown hmac", { hmac: "openssl" }, /hmac must be "fastest" or "platform"/],
    [
      "a time-out of the secret's function that no timer can wait for",
      { secret: () => SECRET, secretTimeoutMs: 2 ** 31 },
      /secretTimeoutMs is 2147483648; timers go no further/,
    ],
    [
      "a processing time that no timer can wait for",
      { maxProcessingSeconds: 2 ** 31 },
      /maxProcessingSeconds is 2147483648; timers go no further/,
    ],
    ["an empty verifyToken", { verifyToken: "" }, /verifyToken is empty.*environment variable/],
    [
      "a verifyToken with a newline",
      { verifyToken: "meatyhamhock\n" },
      /verifyToken has white space at an end/,
    ],
    [
      "a verifyToken of null, which would be compared as text",
      { verifyToken: null },
      /verifyToken is null; it must be the text/,
    ],
    ["a verifyToken that is a list", { verifyToken: ["a"] }, /verifyToken is a list;/],
    ["a verifyToken that is a number", { verifyToken: 4711 }, /verifyToken is a number;/],
    ["a callback that is none", { onReceipt: false }, /onReceipt is false; it must be a function/],
    ["onWarning that is none", { onWarning: "log" }, /onWarning is "log"; it must be a function/],
  ])("%s", (_, options, message) => {
    const error = thrownBy(() =>
      createReceiver({ provider: github, secret: SECRET, ...options } as never),
    );
    expect(error.code).toBe("config_invalid");
    expect(error.message).toMatch(message);
  });

  test("toleranceSeconds for a provider that signs no timestamp", () => {
    const { message } = thrownBy(() =>
      createVerifier({ provider: github, secret: SECRET, toleranceSeconds: 300 }),
    );
    expect(message).toMatch(/signs no timestamp.*Remove it/);
  });

  test("toleranceSeconds that is no number above 0, and not one that is, also for the time of an event", () => {
    for (const toleranceSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const { message } = thrownBy(() =>
        createVerifier({ provider: stripe, secret: SECRET, toleranceSeconds }),
      );
      expect(message).toMatch(/must be a number of seconds above 0/);
    }
    const asText = { provider: stripe, secret: SECRET, toleranceSeconds: "300" as never };
    expect(() => createVerifier(asText)).toThrow(
      /toleranceSeconds is the string 300; it must be a number/,
    );
    expect(() =>
      createVerifier({ provider: paradym, secret: SECRET, toleranceSeconds: 60 }),
    ).not.toThrow();
  });

  test("an unknown hmac, also by a verifier, and not one that is known", () => {
    const given = { provider: github, secret: SECRET };
    const { message } = thrownBy(() => createVerifier({ ...given, hmac: "node" as never }));
    expect(message).toMatch(/hmac must be "fastest" or "platform"/);
    for (const hmac of [undefined, "fastest", "platform"] as const) {
      expect(() => createVerifier({ ...given, hmac })).not.toThrow();
    }
  });

  test("while each kind of publicUrl is taken", () => {
    for (const publicUrl of [
      "https://example.com",
      "http://example.com/",
      "https://example.com/hook?a=1",
      () => "https://example.com/hook",
    ]) {
      expect(() => createReceiver({ provider: github, secret: SECRET, publicUrl })).not.toThrow();
    }
  });

  test("a memory store that holds nothing", () => {
    for (const maxKeys of [0, -1, 1.5, Number.NaN]) {
      expect(thrownBy(() => memoryStore({ maxKeys })).message).toMatch(/whole number above 0/);
    }
  });
});

test.each([null, undefined])(
  "headers that are %s are named, and not what became of them",
  async (headers) => {
    const delivery = { headers: headers as never, body: "{}" };
    await expect(verify(delivery, { provider: github, secret: SECRET })).rejects.toMatchObject({
      code: "config_invalid",
      message: "The delivery has no headers.",
    });
    const receiver = createReceiver({ provider: github, secret: SECRET, onWarning: () => {} });
    expect(await receiver.receive(delivery)).toMatchObject({ error: { code: "config_invalid" } });
  },
);

test.each([
  ["nothing", []],
  ["the arguments of verify() swapped", [{ headers: {}, body: "" }]],
])("%s in the place of the options: the provider is missing", (_, given) => {
  for (const make of [createReceiver, createVerifier]) {
    expect(() => (make as (...options: unknown[]) => unknown)(...given)).toThrow(
      /The provider is missing/,
    );
  }
});

test("the stack of a configuration error leads to the line that called", () => {
  const given = { provider: github, secret: "" };
  for (const run of [() => createReceiver(given), () => createVerifier(given)]) {
    expect(thrownBy(run).stack).toContain("configuration-errors.test.ts");
  }
  const { stackTraceLimit } = Error;
  thrownBy(() => createVerifier(given));
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});

test("sign() says what the scheme needs and the message has not", async () => {
  await expect(
    sign({ body: {}, form: true }, { provider: paradym, secret: SECRET }),
  ).rejects.toThrow(/sends no forms/);
  const byUrl = defineProvider({
    name: "by-url",
    signature: { header: "X-Signature", encoding: "hex", content: "{url}{body}" },
    dedup: "content",
  });
  await expect(sign({ body: {} }, { provider: byUrl, secret: SECRET })).rejects.toThrow(
    /signs the request's url/,
  );
});
