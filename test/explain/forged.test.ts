import * as fc from "fast-check";
import { square } from "@countersign/core/providers";
import { describe, expect, it } from "vitest";
import { explainTo } from "@countersign/core/explain";
import { acme, delivered, explained, SECRET, timed } from "./deliveries.ts";

describe("a forged delivery", () => {
  it("costs no more than the budget, however large it is", async () => {
    const { headers } = await delivered("{}");
    const body = JSON.stringify(Array.from({ length: 40_000 }, (_, i) => ({ i, text: "ü/<é>" })));
    const { searched } = await explained({ headers, body }, { maxBytes: 8 * 1024 * 1024 });
    expect(searched).toMatchObject({ exhausted: true });
    expect(searched.bytes).toBeLessThanOrEqual(8 * 1024 * 1024);

    const few = await explained({ headers, body: "{ }" }, { maxHypotheses: 7 });
    expect(few.searched).toMatchObject({ hypotheses: 7, exhausted: true });
    expect(few.text).toContain("maxHypotheses");
  });

  it("is searched to the end with JSON of 10 kB, and in great part with 140 kB", async () => {
    const { headers } = await delivered("{}");
    const item = { name: "Zoë & Co", url: "https://example.com/a", price: 9.5 };
    const json = (items: number): string =>
      JSON.stringify({ items: Array.from({ length: items }, (_, id) => ({ id, ...item })) });
    const usual = await explained({ headers, body: json(150) });
    expect(usual.searched.exhausted).toBe(false);
    expect(usual.searched.hypotheses).toBeGreaterThan(2000);
    const large = await explained({ headers, body: json(2000) });
    expect(large.searched.exhausted).toBe(true);
    expect(large.searched.hypotheses).toBeGreaterThan(500);
  });

  it.each([
    ["empty", "", {}],
    ["made text of", "[object Object]", {}],
    ["said to be compressed", "{}", { "content-encoding": "gzip" }],
    ["with characters that a decoder put there", '{"a":"\ufffd"}', {}],
  ])("may be what is behind a body that is %s", async (_, body, others) => {
    const { headers } = await delivered('{"n":1}');
    const { findings, text } = await explained({ headers: { ...headers, ...others }, body });
    expect(findings).toMatchObject([{ confidence: "observed" }]);
    expect(text).toContain("forged, or it was signed with a secret that is not configured here");
  });

  it("is not all that may be behind a delivery that nothing explains", async () => {
    const { headers } = await delivered('{"n":1}');
    const { text } = await explained({ headers, body: "{}" });
    expect(text).toContain("forged");
    expect(text).toContain("not configured here");
    expect(text).toContain("rewritten in a way that can't be undone");
    expect(text).not.toContain("publicUrl");

    const signed = await delivered("{}", { provider: square, url: "https://example.com/hooks" });
    const elsewhere = { ...signed, url: "http://app:3000/in" };
    expect((await explained(elsewhere, { provider: square })).text).toContain(
      "or publicUrl is not the URL that is registered",
    );
  });

  it("is not called forged where the budget is too small to try anything", async () => {
    const { headers } = await delivered("{}");
    for (const limits of [{ maxBytes: 1 }, { maxHypotheses: 0 }]) {
      const { text, searched } = await explained({ headers, body: "{ }" }, limits);
      expect(searched).toMatchObject({ hypotheses: 0, exhausted: true });
      expect(text).toContain("budget is too small");
      expect(text).not.toContain("forged");
    }
  });

  it.each([{ maxBytes: Number.NaN }, { maxHypotheses: -1 }])(
    "is not searched without end where a limit is no number: %o",
    async (limits) => {
      const { headers } = await delivered("{}");
      await expect(explained({ headers, body: "{ }" }, limits)).rejects.toMatchObject({
        code: "config_invalid",
      });
      expect(() => explainTo(console, limits)).toThrow(/must be a number/);
    },
  );

  it("puts nothing into a log that a terminal would obey", async () => {
    const { headers } = await delivered("{}");
    const escape = "\u009b31m";
    const sent = { ...headers, "content-encoding": `${escape}gzip` };
    const encoded = await explained({ headers: sent, body: "forged" });
    expect(encoded.findings[0]?.code).toBe("body_decompressed");
    const twice = await explained(
      {
        headers: { "timed-signature": `${escape}=1,${escape}=2,v1=${"0".repeat(64)}` },
        body: "{}",
      },
      { provider: timed },
    );
    expect(twice.findings[0]?.evidence).toContain("twice");
    for (const told of [encoded, twice]) expect(JSON.stringify(told)).toMatch(/^[ -~…]*$/);
  });

  it.each(["GET", "HEAD"])("by %s is not said to have lost a body", async (method) => {
    const explanation = await explained({ headers: { host: "example.com" }, body: "", method });
    expect(explanation.findings.map(({ code }) => code)).toEqual(["signature_missing"]);
    const { headers } = await delivered("{}");
    expect((await explained({ headers, body: "", method })).findings).toEqual([]);
    expect((await explained({ headers, body: "", method: "POST" })).findings).toMatchObject([
      { code: "body_empty" },
    ]);
  });

  it("lets others run while it is searched", async () => {
    const { headers } = await delivered("{}");
    const body = JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ i, text: "ü/<é>" })));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await explained({ headers, body }, { secret: SECRET, maxBytes: 32 * 1024 * 1024 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  it.each([
    ["nested deeply", "[".repeat(100_000) + "]".repeat(100_000)],
    ["nested deeply in an object", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["a deflate bomb", Buffer.from("789c" + "00".repeat(40), "hex")],
    ["a string without end", `{"a":"${"\\".repeat(9999)}`],
    ["one long string", JSON.stringify('x\\"'.repeat(300_000))],
    ["many fields of a form", "a=1&".repeat(50_000)],
    ["very many numbers", `[${"1,".repeat(300_000)}1]`],
    [
      "very many keys",
      JSON.stringify(Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i]))),
    ],
    ["spaces", " ".repeat(200_000)],
  ])("may have any body: %s", async (_, body) => {
    const { headers } = await delivered("{}");
    const explanation = await explained({ headers, body }, { maxBytes: 32 * 1024 * 1024 });
    expect(explanation.verified).toBe(false);
    expect(explanation.findings).toEqual([]);
  });

  it("never makes it throw, whatever it is", async () => {
    const headers = fc.dictionary(
      fc.constantFrom(
        "x-acme-signature",
        "timed-signature",
        "content-encoding",
        "content-length",
        "x-b",
      ),
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.string({ unit: fc.constantFrom("0", "a", "f", "=", ",", ";", ":", ".", " ") }),
      ),
    );
    const body = fc.oneof(fc.uint8Array(), fc.string(), fc.json(), fc.webQueryParameters());
    await fc.assert(
      fc.asyncProperty(
        headers,
        body,
        fc.constantFrom(acme, timed),
        async (sent, bytes, provider) => {
          const { verified, findings } = await explained(
            { headers: sent, body: bytes },
            { provider, maxHypotheses: 100 },
          );
          expect(verified).toBe(false);
          expect(findings.every(({ confidence }) => confidence === "observed")).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("may have any headers", async () => {
    const headers: [string, string][] = Array.from({ length: 5000 }, (_, i) => [
      `x-${i}`,
      "ab".repeat(32),
    ]);
    headers.push(["x-acme-signature", "sha256=,;&=".repeat(500)]);
    const { findings } = await explained({ headers, body: "{}" });
    expect(findings.every(({ confidence }) => confidence === "observed")).toBe(true);
  });
});
