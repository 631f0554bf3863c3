import { defineProvider } from "@countersign/core";
import { describe, expect, it } from "vitest";
import { codesOf, delivered, EVENT, explained, timed } from "./deliveries.ts";

const body = JSON.stringify(EVENT);
const NOW_MS = 1_790_000_000_000;
const now = (): number => NOW_MS;

/** Signs the URL that was registered. */
const located = defineProvider({
  name: "located",
  signature: { header: "X-Located", encoding: "base64", content: "{url}{body}" },
  dedup: "content",
});

const REGISTERED = "https://shop.example.com/api/hooks/located?team=7";

describe("a URL that a proxy changed", () => {
  it.each<readonly [string, string, Record<string, string>]>([
    ["https became http", "http://shop.example.com/api/hooks/located?team=7", {}],
    [
      "the host is the inner one",
      "https://10.0.0.7:8080/api/hooks/located?team=7",
      { "x-forwarded-host": "shop.example.com" },
    ],
    [
      "scheme and host are the inner ones",
      "http://app:3000/api/hooks/located?team=7",
      { "x-forwarded-host": "shop.example.com", "x-forwarded-proto": "https" },
    ],
    [
      "the host is announced by Forwarded",
      "http://10.0.0.7/api/hooks/located?team=7",
      { forwarded: 'for=192.0.2.1;proto=https;host="shop.example.com", for=10.0.0.1' },
    ],
    ...["x-forwarded-path", "x-envoy-original-path", "x-rewrite-url"].map(
      (name) =>
        [
          `the path is announced by ${name}`,
          "https://shop.example.com/in?team=7",
          { [name]: "/api/hooks/located?team=7" },
        ] as const,
    ),
    ["a port was added", "https://shop.example.com:8443/api/hooks/located?team=7", {}],
    ["a slash was added", "https://shop.example.com/api/hooks/located/?team=7", {}],
    ["a path was put before it", "https://shop.example.com/internal/api/hooks/located?team=7", {}],
    [
      "a prefix of the path was taken off",
      "https://shop.example.com/hooks/located?team=7",
      { "x-forwarded-prefix": "/api" },
    ],
    [
      "the path was rewritten",
      "https://shop.example.com/x",
      { "x-original-uri": "/api/hooks/located?team=7" },
    ],
  ])("is explained: %s", async (_, url, headers) => {
    const signed = await delivered(body, { provider: located, url: REGISTERED });
    const delivery = { ...signed, headers: { ...signed.headers, ...headers }, url };
    const { findings } = await explained(delivery, { provider: located });
    expect(findings).toMatchObject([{ code: "url_changed", confidence: "proven" }]);
    expect(findings[0]?.remedy).toContain("publicUrl");
    expect(findings[0]?.evidence).not.toContain("team=7");
  });

  it("is explained where it is but a path, as Node's req.url", async () => {
    const signed = await delivered(body, { provider: located, url: REGISTERED });
    const headers = { ...signed.headers, host: "shop.example.com" };
    const delivery = { ...signed, headers, url: "/api/hooks/located?team=7" };
    const { findings } = await explained(delivery, { provider: located });
    expect(findings).toMatchObject([{ code: "url_changed", confidence: "proven" }]);
    expect(findings[0]?.evidence).toContain('"https://shop.example.com" before it');
  });

  it.each([
    ["as HubSpot does", "/hooks?next=a%3Ab%20c", "/hooks?next=a:b%20c"],
    ["as a whole", "/hooks?next=a%3Ab%20c", "/hooks?next=a:b c"],
  ])(
    "is explained where its query was decoded before it was signed, %s",
    async (_, sent, signed) => {
      const origin = "https://shop.example.com";
      const delivery = await delivered(body, { provider: located, url: origin + signed });
      const { findings } = await explained(
        { ...delivery, url: origin + sent },
        { provider: located },
      );
      expect(findings).toMatchObject([{ code: "url_changed", confidence: "proven" }]);
      expect(findings[0]?.evidence).toContain("its query decoded");
      expect(findings[0]?.evidence).not.toContain("a:b");
    },
  );

  it.each([
    ["the scheme", "http://user:p4ssw0rd@10.0.0.1/api", "https", "hooks.example.com"],
    ["nothing but the credentials", "https://hooks.example.com/api", "credentials"],
    ["the origin", "/api", '"https://hooks.example.com" before it'],
  ])(
    "is explained without the credentials in it, where it differs in %s",
    async (_, url, ...told) => {
      const publicUrl = "https://user:p4ssw0rd@hooks.example.com/other";
      const registered = "https://user:p4ssw0rd@hooks.example.com/api";
      const signed = await delivered(body, { provider: located, url: registered });
      const delivery = { ...signed, url };
      const { findings, text } = await explained(delivery, { provider: located, publicUrl });
      expect(findings).toMatchObject([{ code: "url_changed", confidence: "proven" }]);
      for (const part of told) expect(findings[0]?.evidence).toContain(part);
      expect(text).not.toMatch(/user|p4ssw0rd|@/);
    },
  );

  it("is explained where publicUrl is what is wrong", async () => {
    const signed = await delivered(body, { provider: located, url: REGISTERED });
    const options = { provider: located, publicUrl: "https://www.shop.example.com" };
    expect(codesOf(await explained(signed, options))).toEqual(["url_changed"]);
  });

  it("is explained where the method was changed", async () => {
    const provider = defineProvider({
      ...located,
      signature: { ...located.signature, content: "{method}{body}" },
    });
    const signed = await delivered(body, { provider });
    expect(codesOf(await explained({ ...signed, method: "GET" }, { provider }))).toEqual([
      "method_changed",
    ]);
  });

  it("is explained where no method was passed", async () => {
    const provider = defineProvider({
      ...located,
      signature: { ...located.signature, content: "{method}{body}" },
    });
    const signed = await delivered(body, { provider });
    const { findings } = await explained({ ...signed, method: undefined }, { provider });
    expect(findings).toMatchObject([{ code: "method_changed", confidence: "proven" }]);
    expect(findings[0]?.remedy).toContain("{ method }");
  });

  it("is said where the delivery has no URL at all", async () => {
    const signed = await delivered(body, { provider: located, url: REGISTERED });
    const { findings } = await explained({ ...signed, url: undefined }, { provider: located });
    expect(findings[0]).toMatchObject({ code: "request_incomplete" });
    expect(findings[0]?.evidence).toContain("url");
  });
});

describe("the time of a delivery", () => {
  it("is explained where this machine's clock is fast, and by how much", async () => {
    const delivery = await delivered(body, { provider: timed, now: () => NOW_MS - 912_000 });
    const { findings } = await explained(delivery, { provider: timed, now });
    expect(findings).toMatchObject([{ code: "clock_skew", confidence: "proven" }]);
    expect(findings[0]?.evidence).toContain("912 s before");
  });
  it("is explained where this machine's clock is slow", async () => {
    const delivery = await delivered(body, { provider: timed, now: () => NOW_MS + 400_000 });
    const { findings } = await explained(delivery, { provider: timed, now });
    expect(findings[0]?.code).toBe("clock_skew");
    expect(findings[0]?.evidence).toContain("400 s after");
  });
  it.each(["seconds", "milliseconds", "iso8601"] as const)(
    "is explained by the clock, and not by its unit, where the definition tells %s by their form",
    async (unit) => {
      const sender = defineProvider({ ...timed, timestamp: { part: "t", unit, of: "attempt" } });
      const provider = defineProvider({
        ...timed,
        timestamp: { part: "t", unit: "auto", of: "attempt" },
      });
      const delivery = await delivered(body, { provider: sender, now: () => NOW_MS - 3_700_000 });
      const { findings } = await explained(delivery, { provider, now });
      expect(findings).toMatchObject([{ code: "clock_skew", confidence: "proven" }]);
      expect(findings[0]?.evidence).toContain("3700 s before");
    },
  );
  it("is explained where a time zone was taken for another", async () => {
    const delivery = await delivered(body, { provider: timed, now: () => NOW_MS - 7_200_000 });
    const { findings } = await explained(delivery, { provider: timed, now });
    expect(findings[0]?.evidence).toContain("2 h");
  });
  it.each(["milliseconds", "iso8601"] as const)(
    "is explained where it is in %s and the definition says seconds",
    async (unit) => {
      const provider = defineProvider({ ...timed, timestamp: { part: "t", unit, of: "attempt" } });
      const delivery = await delivered(body, { provider, now });
      const { findings } = await explained(delivery, { provider: timed, now });
      expect(findings).toMatchObject([{ code: "timestamp_unit", confidence: "proven" }]);
      expect(findings[0]?.remedy).toContain(`"${unit}"`);
    },
  );
  it("is explained where the definition says milliseconds of what is in seconds", async () => {
    const provider = defineProvider({
      ...timed,
      timestamp: { part: "t", unit: "milliseconds", of: "attempt" },
    });
    const delivery = await delivered(body, { provider: timed, now });
    expect(codesOf(await explained(delivery, { provider, now }))).toEqual(["timestamp_unit"]);
  });
  it("is explained where it was reformatted on the way", async () => {
    const provider = defineProvider({
      name: "headed",
      signature: { header: "X-Sig", encoding: "hex", content: "{timestamp}.{body}" },
      timestamp: { header: "X-Time", unit: "auto", of: "attempt" },
      dedup: "none",
    });
    const delivery = await delivered(body, {
      provider: defineProvider({
        ...provider,
        timestamp: { header: "X-Time", unit: "seconds", of: "attempt" },
      }),
      now,
    });
    const headers = { ...delivery.headers, "x-time": new Date(NOW_MS).toISOString() };
    expect(codesOf(await explained({ headers, body }, { provider, now }))).toEqual([
      "timestamp_unit",
    ]);

    const { "x-time": time = "", ...others } = delivery.headers;
    const renamed = { headers: { ...others, "x-acme-time": time }, body };
    expect(codesOf(await explained(renamed, { provider, now }))).toEqual(["header_renamed"]);
    expect(codesOf(await explained({ headers: others, body }, { provider, now }))).toEqual([
      "timestamp_missing",
    ]);
  });
  it("is judged as it was signed, not as it arrived in another form", async () => {
    const provider = defineProvider({
      name: "headed",
      signature: { header: "X-Sig", encoding: "hex", content: "{timestamp}.{body}" },
      timestamp: { header: "X-Time", unit: "iso8601", of: "attempt" },
      dedup: "none",
    });
    const { headers } = await delivered(body, { provider, now });
    const reformatted = { ...headers, "x-time": String(NOW_MS / 1000) };
    const explanation = await explained({ headers: reformatted, body }, { provider, now });
    expect(codesOf(explanation)).toEqual(["timestamp_unit"]);
    expect(explanation.text).not.toContain("Set timestamp.unit");
  });
  it("is explained where it has no zone and runs straight into the body", async () => {
    const provider = defineProvider({
      name: "headed",
      signature: { header: "X-Sig", encoding: "hex", content: "{timestamp}{body}" },
      timestamp: { header: "X-Time", unit: "iso8601", of: "attempt" },
      dedup: "none",
    });
    const time = new Date(NOW_MS).toISOString().slice(0, -1);
    const plain = defineProvider({
      name: "plain",
      signature: { header: "X-Sig", encoding: "hex" },
      body: { format: "text" },
      dedup: "none",
    });
    const { headers } = await delivered(time + body, { provider: plain });
    const explanation = await explained(
      { headers: { ...headers, "x-time": time }, body },
      { provider, now },
    );
    expect(codesOf(explanation)).toEqual(["timestamp_malformed"]);
    expect(explanation.text).toContain("has no zone");
  });
  it("is judged in a body that stands in base64", async () => {
    const provider = defineProvider({
      name: "inside",
      signature: { header: "X-Sig", encoding: "hex" },
      timestamp: { body: "/sentAt", unit: "milliseconds", of: "attempt" },
      dedup: "none",
    });
    const text = JSON.stringify({ sentAt: NOW_MS - 912_000 });
    const { headers } = await delivered(text, { provider });
    const explanation = await explained({ headers, body: btoa(text) }, { provider, now });
    expect(codesOf(explanation)).toEqual(["body_base64", "clock_skew"]);
  });
  it("is looked for in the body where the definition has it there", async () => {
    const provider = defineProvider({
      name: "inside",
      signature: { header: "X-Sig", encoding: "hex" },
      timestamp: { body: "/sentAt", unit: "milliseconds", of: "attempt" },
      dedup: "none",
    });
    const { findings } = await explained(await delivered("{}", { provider }), { provider, now });
    expect(findings[0]).toMatchObject({ code: "timestamp_missing" });
    expect(findings[0]?.remedy).toContain("timestamp in the definition");
  });
  it("is not explained for a forged delivery", async () => {
    const delivery = await delivered(body, {
      provider: timed,
      secret: "the-secret-of-a-forger",
      now: () => 0,
    });
    expect(codesOf(await explained(delivery, { provider: timed, now }))).toEqual([]);
  });
  it("is named beside another mistake", async () => {
    const delivery = await delivered(body, { provider: timed, now: () => NOW_MS - 912_000 });
    const explanation = await explained(
      { ...delivery, body: `${body}\n` },
      { provider: timed, now },
    );
    expect(codesOf(explanation)).toEqual(["body_newline", "clock_skew"]);
  });
});

describe("what the definition asks for beside the signature", () => {
  it("is named where it is not there", async () => {
    const plain = { ...located, signature: { header: "X-Located", encoding: "base64" } } as const;
    const delivery = await delivered(body, { provider: defineProvider(plain) });
    const provider = defineProvider({ ...plain, requires: [{ header: "X-Version", value: "2" }] });
    expect(codesOf(await explained(delivery, { provider }))).toEqual(["required_value"]);
  });
  it("is named where the signed body has no id", async () => {
    const delivery = await delivered("{}", { provider: timed, now });
    expect(codesOf(await explained(delivery, { provider: timed, now }))).toEqual(["id_missing"]);
  });
  it.each([
    ["a header", { content: "{header:X-Nonce}.{body}" }, "{header:x-nonce}"],
    ["a field that is a fraction", { content: "{json:/price}" }, "{json:/price}"],
    [
      "what a function is to make of it",
      {
        signedContent: () => {
          throw new Error("not mine");
        },
        covers: ["body"],
      },
      "signature.signedContent threw",
    ],
  ] as const)("is named where %s that is signed is not there", async (_, signature, told) => {
    const header = { header: "X-Sig", encoding: "hex" } as const;
    const plain = { name: "acme", signature: header, dedup: "none" } as const;
    const priced = '{"price":1.5}';
    // Signed with a nonce that is lost.
    const { headers } = await delivered(`n-1.${priced}`, { provider: defineProvider(plain) });
    const delivery = { headers, body: priced };
    const provider = defineProvider({ ...plain, signature: { ...header, ...signature } });
    const explanation = await explained(delivery, { provider });
    expect(explanation.findings[0]).toMatchObject({
      code: "request_incomplete",
      confidence: "observed",
      evidence: expect.stringContaining(told),
    });
  });
});
