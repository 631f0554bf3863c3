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
import { github, paradym, standardWebhooks, stripe } from "@countersign/core/providers";
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
      /must be "hex", "base64" or "base64url"/,
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

  test("while the one that they are made from is accepted, and frozen to its depth", () => {
    const provider = defineProvider(valid);
    expect(Object.isFrozen(provider)).toBe(true);
    expect(Object.isFrozen(provider.signature)).toBe(true);
  });
});

describe("a secret that can't work is refused when the verifier is made, and never quoted", () => {
  test.each<[string, VerifyOptions<object>, RegExp]>([
    ["missing", { provider: github, secret: undefined as never }, /environment variable/],
    ["empty text", { provider: github, secret: "" }, /anybody can sign with an empty secret/],
    ["no bytes", { provider: github, secret: new Uint8Array() }, /the secret is empty/],
    ["an empty list", { provider: github, secret: [] }, /the list of secrets is empty/],
    ["a list with an empty one", { provider: github, secret: [SECRET, ""] }, /is empty/],
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
      /notAfter of a secret is no time/,
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
    ["no provider", { provider: undefined }, /provider is missing\. Import a preset/],
    ["an endpoint with a space", { endpoint: "my endpoint" }, /endpoint must be 1 to 128/],
    ["an unknown onStoreError", { onStoreError: "ignore" }, /must be "reject" or "accept"/],
    ["a store that is a client", { store: { query: () => {} } }, /not the client itself/],
    ["a lease of nothing", { leaseSeconds: 0 }, /leaseSeconds is 0/],
    ["a lease that is no number", { leaseSeconds: Number.NaN }, /leaseSeconds is NaN/],
    ["a negative retention", { retentionSeconds: -1 }, /retentionSeconds is -1/],
    ["a body limit as text", { maxBodyBytes: "1mb" }, /maxBodyBytes is 1mb/],
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
    expect(() =>
      createVerifier({ provider: paradym, secret: SECRET, toleranceSeconds: 60 }),
    ).not.toThrow();
  });

  test("a memory store that holds nothing", () => {
    for (const maxKeys of [0, -1, 1.5, Number.NaN]) {
      expect(thrownBy(() => memoryStore({ maxKeys })).message).toMatch(/whole number above 0/);
    }
  });
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
