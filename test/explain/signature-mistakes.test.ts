import { createHmac } from "node:crypto";
import { defineProvider } from "@countersign/core";
import {
  calendly,
  github,
  mollie,
  paradym,
  standardWebhooks,
  stripe,
} from "@countersign/core/providers";
import { describe, expect, it } from "vitest";
import { acme, codesOf, delivered, EVENT, explained, SECRET, timed } from "./deliveries.ts";

const body = JSON.stringify(EVENT);
const NAME = "x-acme-signature";
const NOW = (): number => 1_790_000_000_000;

async function withSignature(change: (signature: string) => string): Promise<string[]> {
  const { headers } = await delivered(body);
  const changed = { ...headers, [NAME]: change(headers[NAME] ?? "") };
  return codesOf(await explained({ headers: changed, body }));
}

const hexOf = (signature: string): string => signature.slice("sha256=".length);

describe("a right signature in a wrong form", () => {
  it("is explained without its prefix", async () => {
    expect(await withSignature(hexOf)).toEqual(["signature_prefix"]);
  });
  it("is explained with its prefix twice", async () => {
    expect(await withSignature((signature) => `sha256=${signature}`)).toEqual(["signature_prefix"]);
  });
  it("is explained with another prefix", async () => {
    expect(await withSignature((signature) => `v0=${hexOf(signature)}`)).toEqual([
      "signature_prefix",
    ]);
  });
  it("is explained in quotes, which are no prefix", async () => {
    const { headers } = await delivered(body);
    const signature = headers[NAME] ?? "";
    for (const quoted of [`"${signature}"`, `'${signature}'`, `sha256="${hexOf(signature)}"`]) {
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      const { findings } = await explained({ headers: { [NAME]: quoted }, body });
      expect(findings).toMatchObject([{ code: "signature_quoted", confidence: "proven" }]);
      expect(findings[0]?.remedy).not.toContain("Set signature.prefix");
    }
  });
  it("is explained in upper case", async () => {
    expect(await withSignature((signature) => `sha256=${hexOf(signature).toUpperCase()}`)).toEqual([
      "signature_case",
    ]);
  });
  it("is explained in base64 for hex", async () => {
    expect(
      await withSignature(
        (signature) => `sha256=${Buffer.from(hexOf(signature), "hex").toString("base64")}`,
      ),
    ).toEqual(["signature_encoding"]);
    expect(await withSignature((signature) => `sha256=${btoa(hexOf(signature))}`)).toEqual([
      "signature_encoding",
    ]);
  });
  it("is explained in hex for base64", async () => {
    const provider = defineProvider({
      ...acme,
      signature: { ...acme.signature, encoding: "base64" },
    });
    const { findings } = await explained(await delivered(body), { provider });
    expect(findings[0]).toMatchObject({ code: "signature_encoding" });
    expect(findings[0]?.remedy).toContain('"hex"');
  });
  it("is explained in base64url for base64, and back", async () => {
    for (const [sent, defined] of [
      ["base64url", "base64"],
      ["base64", "base64url"],
    ] as const) {
      const as = (encoding: typeof sent): typeof acme =>
        defineProvider({ ...acme, signature: { ...acme.signature, encoding } });
      const delivery = await delivered(body, { provider: as(sent) });
      const { findings } = await explained(delivery, { provider: as(defined) });
      expect(findings.map(({ code }) => code)).toEqual(["signature_encoding"]);
    }
  });
  it("is explained where it was cut", async () => {
    expect(await withSignature((signature) => signature.slice(0, 50))).toEqual([
      "signature_truncated",
    ]);
    const { headers } = await delivered(body);
    const { findings } = await explained({
      headers: { ...headers, [NAME]: headers[NAME]?.slice(0, 47) ?? "" },
      body,
    });
    expect(findings[0]?.evidence).toContain("only 20 of its 32 bytes");
  });
  it("is explained where it was cut in base64", async () => {
    const provider = defineProvider({
      ...acme,
      signature: { header: NAME, encoding: "base64" },
    });
    const { headers } = await delivered(body, { provider });
    for (const length of [24, 30, 41]) {
      const cut = { ...headers, [NAME]: headers[NAME]?.slice(0, length) ?? "" };
      const explanation = await explained({ headers: cut, body }, { provider });
      expect(codesOf(explanation)).toEqual(["signature_truncated"]);
    }
  });
  it("is not explained as cut where its beginning is not right", async () => {
    expect(await withSignature(() => `sha256=${"ab".repeat(20)}`)).toEqual([
      "signature_algorithm",
      "signature_malformed",
    ]);
  });
  it.each([
    ["in a list", { list: ",", prefix: "sha256=" }],
    ["at its position", { positions: { separator: ",", names: ["t", "signature"] } }],
    [
      "behind a scheme",
      { positions: { separator: ":", names: ["t", "signature"] }, scheme: "HMAC " },
    ],
  ])("is explained in upper case %s", async (_, layout) => {
    const provider = defineProvider({
      name: "laid-out",
      signature: { header: NAME, encoding: "hex", ...layout },
      dedup: "content",
    });
    const hex = createHmac("sha256", SECRET).update(body).digest("hex").toUpperCase();
    const wrong = "0".repeat(64);
    const value = {
      "in a list": `sha256=${wrong},sha256=${hex}`,
      "at its position": `1790000000,${hex}`,
      "behind a scheme": `HMAC 1790000000:${hex}`,
    }[_];
    const explanation = await explained({ headers: { [NAME]: value ?? "" }, body }, { provider });
    expect(codesOf(explanation)).toEqual(["signature_case"]);
  });
  it("is explained behind the wrong name of a part", async () => {
    const delivery = await delivered(body, { provider: timed, now: NOW });
    const value = delivery.headers["timed-signature"]?.replace("v1=", "v0=") ?? "";
    const headers = { ...delivery.headers, "timed-signature": value };
    const explanation = await explained({ headers, body }, { provider: timed, now: NOW });
    expect(codesOf(explanation)).toEqual(["signature_part"]);
  });
  it("is explained with another separator between its parts", async () => {
    const delivery = await delivered(body, { provider: timed, now: NOW });
    const value = delivery.headers["timed-signature"]?.replace(",", ";") ?? "";
    const headers = { ...delivery.headers, "timed-signature": value };
    const explanation = await explained({ headers, body }, { provider: timed, now: NOW });
    expect(codesOf(explanation)).toEqual(["signature_layout"]);
  });
});

describe("a right signature whose prefix may be missing", () => {
  const hex = createHmac("sha256", SECRET).update(body).digest("hex");
  const explainedAs = async (value: string | string[]): Promise<string[]> =>
    codesOf(
      await explained({ headers: { "x-mollie-signature": value }, body }, { provider: mollie }),
    );

  it("is explained by what is wrong with it, and not by the prefix", async () => {
    expect(await explainedAs(hex.toUpperCase())).toEqual(["signature_case"]);
    expect(await explainedAs(hex.slice(0, 40))).toEqual(["signature_truncated"]);
    expect(await explainedAs(Buffer.from(hex, "hex").toString("base64"))).toEqual([
      "signature_encoding",
    ]);
  });
  it("is still explained behind another prefix", async () => {
    expect(await explainedAs(`v1=${hex}`)).toEqual(["signature_prefix"]);
  });
});

describe("several signatures where the definition says one", () => {
  const hex = createHmac("sha256", SECRET).update(body).digest("hex");
  it.each([
    ["in one header", `sha256=${"0".repeat(64)}, sha256=${hex}`],
    ["in a header that came twice", [`sha256=${"0".repeat(64)}`, `sha256=${hex}`]],
  ])("are explained as a list: %s", async (_, value) => {
    const { findings } = await explained({ headers: { [NAME]: value }, body });
    expect(findings).toMatchObject([{ code: "signature_layout", confidence: "proven" }]);
    expect(findings[0]?.remedy).toContain("signature.list");
  });
});

describe("a header that a proxy doubled", () => {
  it.each([
    ["as two headers", (value: string) => [value, value]],
    ["joined with a comma", (value: string) => `${value}, ${value}`],
    ["joined with nothing but a comma", (value: string) => `${value},${value}`],
  ])("is called that, and no list: %s", async (_, doubled) => {
    for (const provider of [acme, timed]) {
      const options = { provider, now: NOW };
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      const { headers } = await delivered(body, options);
      const sent = Object.entries(headers).map(([name, value]) => [name, doubled(value)] as const);
      // oxlint-disable-next-line no-await-in-loop -- each its own delivery
      const { findings } = await explained({ headers: Object.fromEntries(sent), body }, options);
      expect(findings).toMatchObject([{ code: "signature_layout", confidence: "proven" }]);
      expect(findings[0]?.evidence).toContain("arrived doubled");
      expect(findings[0]?.remedy).toContain("Have the proxy in front set the header once");
    }
  });
});

describe("parts by position", () => {
  const provider = defineProvider({
    name: "placed",
    signature: {
      header: "X-Placed",
      encoding: "hex",
      positions: { separator: ",", names: ["t", "signature"] },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "milliseconds", of: "attempt" },
    dedup: "none",
  });
  it("are explained with another separator", async () => {
    const { headers } = await delivered(body, { provider, now: NOW });
    const value = headers["x-placed"]?.replace(",", ";") ?? "";
    const explanation = await explained(
      { headers: { "x-placed": value }, body },
      { provider, now: NOW },
    );
    expect(codesOf(explanation)).toEqual(["signature_layout"]);
  });
});

describe("a signed part of the header", () => {
  it("is named where it is missing", async () => {
    const delivery = await delivered(body, { provider: timed, now: NOW });
    const value = delivery.headers["timed-signature"]?.replace(/t=\d+,/, "") ?? "";
    const { findings } = await explained(
      { headers: { "timed-signature": value }, body },
      { provider: timed, now: NOW },
    );
    expect(findings).toMatchObject([{ code: "signature_malformed", confidence: "observed" }]);
    expect(findings[0]?.evidence).toContain('no part "t"');
  });
});

describe("a signature that is not where it should be", () => {
  it("is found in another header", async () => {
    const { headers } = await delivered(body);
    const { [NAME]: signature = "", ...others } = headers;
    for (const name of ["x-acme-hmac", "X-Amzn-Remapped-X-Acme-Signature"]) {
      const explanation = await explained({ headers: { ...others, [name]: signature }, body });
      expect(codesOf(explanation)).toEqual(["signature_header"]);
      expect(explanation.text).toContain(name.toLowerCase());
    }
  });
  it("is missing, and the report says so", async () => {
    const { findings } = await explained({ headers: { "content-type": "application/json" }, body });
    expect(findings).toMatchObject([{ code: "signature_missing", confidence: "observed" }]);
  });
  it("is found where its header is there and holds something else", async () => {
    const { headers } = await delivered(body);
    const forged = {
      ...headers,
      [NAME]: `sha256=${"0".repeat(64)}`,
      "x-proxied": headers[NAME] ?? "",
    };
    expect(codesOf(await explained({ headers: forged, body }))).toEqual(["signature_header"]);
  });
});

describe("a delivery of another provider", () => {
  it("is named by its preset", async () => {
    const delivery = await delivered(body, { provider: paradym });
    const { findings } = await explained(delivery, { provider: github });
    expect(findings[0]).toMatchObject({ code: "provider_other", confidence: "proven" });
    expect(findings[0]?.remedy).toContain("providers/paradym");
  });
  it("is named by its preset, not by its header, where the header is all that differs", async () => {
    const delivery = await delivered(body, { provider: stripe, now: NOW });
    const { findings } = await explained(delivery, { provider: calendly, now: NOW });
    expect(findings).toMatchObject([{ code: "provider_other", confidence: "proven" }]);
    expect(findings[0]?.evidence).toContain("stripe");
  });
  it("is named where it signs a time as well, old as it may be", async () => {
    const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const delivery = await delivered(body, { provider: standardWebhooks, secret, now: NOW });
    const { findings } = await explained(delivery, { provider: github, secret });
    expect(findings[0]?.code).toBe("provider_other");
  });
  it("is named where it is one of otherProviders", async () => {
    const delivery = await delivered(body, { provider: timed, now: NOW });
    const options = { otherProviders: [timed], now: NOW, secret: SECRET };
    expect(codesOf(await explained(delivery, options))).toEqual(["provider_other"]);
    expect(codesOf(await explained(delivery, { ...options, otherProviders: [] }))).not.toContain(
      "provider_other",
    );
  });
});
