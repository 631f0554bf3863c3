import { createHmac } from "node:crypto";
import { defineProvider } from "@countersign/core";
import { describe, expect, it } from "vitest";
import { acme, delivered, EVENT, explained, SECRET, timed } from "./deliveries.ts";

const base64Acme = defineProvider({
  ...acme,
  signature: { header: "X-Acme-Signature", encoding: "base64" },
});
const base64urlAcme = defineProvider({
  ...acme,
  signature: { header: "X-Acme-Signature", encoding: "base64url" },
});

/** Bodies whose signatures in base64 contain what the pattern asks for. */
function bodiesSigned(pattern: RegExp, count: number): { body: string; signature: string }[] {
  const found: { body: string; signature: string }[] = [];
  for (let number = 0; found.length < count; number++) {
    const body = JSON.stringify({ ...EVENT, number });
    const signature = createHmac("sha256", SECRET).update(body).digest("base64");
    if (pattern.test(signature)) found.push({ body, signature });
  }
  return found;
}

describe("a receiver's clock", () => {
  it.each([
    ["seconds", () => Date.now() / 1000],
    ["whole seconds", () => Math.floor(Date.now() / 1000)],
    ["microseconds", () => Date.now() * 1000],
    ["nanoseconds", () => Date.now() * 1_000_000],
  ])("in %s is not called a mistake of the delivery", async (unit, now) => {
    const delivery = await delivered(JSON.stringify(EVENT), { provider: timed });
    const { findings, text } = await explained(delivery, { provider: timed, now });
    expect(findings.map(({ code }) => code)).toEqual(["clock_unit"]);
    expect(findings[0]?.evidence).toContain(`a time in ${unit.replace("whole ", "")}`);
    expect(text).toContain("now: () => Date.now()");
    expect(text).not.toContain("timestamp.unit");
  });

  it("that returns no time at all is named", async () => {
    const delivery = await delivered(JSON.stringify(EVENT), { provider: timed });
    const { findings } = await explained(delivery, { provider: timed, now: () => 1234 });
    expect(findings.map(({ code }) => code)).toEqual(["clock_unit"]);
  });

  it("in seconds is not called a secret that is not in use yet", async () => {
    const secret = [{ secret: SECRET, notBefore: "2020-01-01T00:00:00Z" }];
    const { findings } = await explained(await delivered("{}"), {
      secret,
      now: () => Date.now() / 1000,
    });
    expect(findings.map(({ code }) => code)).toEqual(["clock_unit"]);
  });
});

describe("a signature in base64", () => {
  it("whose + became a space is not called cut", async () => {
    for (const { body, signature } of bodiesSigned(/.\+/, 50)) {
      const headers = { "x-acme-signature": decodeURIComponent(signature.replaceAll("+", "%20")) };
      const { findings } = await explained({ headers, body }, { provider: base64Acme });
      expect(findings).toMatchObject([{ code: "signature_encoding", confidence: "proven" }]);
      expect(findings[0]?.evidence).toContain('"+" in it arrived as a space');
    }
  });

  it("without padding is not sent to an encoding that refuses it again", async () => {
    for (const { body, signature } of bodiesSigned(/[+/]/, 20)) {
      const headers = { "x-acme-signature": signature.replace("=", "") };
      const { findings } = await explained({ headers, body }, { provider: base64Acme });
      expect(findings).toMatchObject([{ code: "signature_encoding", confidence: "proven" }]);
      expect(findings[0]?.evidence).toContain("in base64 without padding");
      expect(findings[0]?.remedy).not.toContain('Set signature.encoding to "base64url"');
      expect((await explained({ headers, body }, { provider: base64urlAcme })).verified).toBe(
        false,
      );
    }
    const [plain] = bodiesSigned(/^[A-Za-z0-9]+=$/, 1);
    const headers = { "x-acme-signature": plain?.signature.replace("=", "") };
    const { findings } = await explained(
      { headers, body: plain?.body ?? "" },
      { provider: base64Acme },
    );
    expect(findings[0]?.remedy).toContain('keep the "="');
  });

  it("of base64url with padding is called that", async () => {
    for (const { body, signature } of bodiesSigned(/[+/]/, 5)) {
      const padded = signature.replaceAll("+", "-").replaceAll("/", "_");
      const headers = { "x-acme-signature": padded };
      const { findings } = await explained({ headers, body }, { provider: base64urlAcme });
      expect(findings).toMatchObject([{ code: "signature_encoding" }]);
      expect(findings[0]?.evidence).toContain("base64url with padding");
    }
  });

  it("with a last character that is not canonical needs no required value", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (const { body, signature } of bodiesSigned(/=$/, 10)) {
      const last = alphabet[alphabet.indexOf(signature.charAt(42)) + 1] ?? "";
      const headers = { "x-acme-signature": `${signature.slice(0, 42)}${last}=` };
      const { findings } = await explained({ headers, body }, { provider: base64Acme });
      expect(findings).toMatchObject([{ code: "signature_encoding", confidence: "proven" }]);
      expect(findings[0]?.evidence).toContain("last character");
    }
  });
});

it("names the secret that another provider's delivery was signed with", async () => {
  const delivery = await delivered("{}");
  const { findings } = await explained(delivery, {
    provider: timed,
    secret: "the-configured-secret-of-this-endpoint",
    otherSecrets: [SECRET],
    otherProviders: [acme],
  });
  expect(findings[0]?.code).toBe("provider_other");
  expect(findings[0]?.evidence).toContain("with otherSecrets[0]");
});
