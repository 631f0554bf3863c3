import { defineProvider } from "@countersign/core";
import { github, msTeamsOutgoing, standardWebhooks, stripe } from "@countersign/core/providers";
import { describe, expect, it } from "vitest";
import { acme, codesOf, delivered, EVENT, explained, SECRET, timed } from "./deliveries.ts";

const body = JSON.stringify(EVENT);
const WHSEC = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const NOW = (): number => 1_790_000_000_000;

describe("a secret with something around it", () => {
  it.each([
    ["a newline, as a file ends with", `${SECRET}\n`, "secret_whitespace"],
    ["a space that was copied along", ` ${SECRET}`, "secret_whitespace"],
    ['a "\\n" of two characters', `${SECRET}\\n`, "secret_whitespace"],
    ["double quotes", `"${SECRET}"`, "secret_quoted"],
    ["single quotes", `'${SECRET}'`, "secret_quoted"],
    ["a quote at its end", `${SECRET}"`, "secret_quoted"],
    ['quotes with a "\\n" in them', `"${SECRET}\\n"`, "secret_quoted"],
    ["typographic quotes", `“${SECRET}”`, "secret_quoted"],
    ["a space without width", `${SECRET}\u200b`, "secret_whitespace"],
    ["the name of its variable", `WEBHOOK_SECRET=${SECRET}`, "secret_quoted"],
  ])("is explained: %s", async (_, secret, code) => {
    const { findings } = await explained(await delivered(body), { secret });
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]?.confidence).toBe("proven");
  });

  it("is explained where the provider stored the newline", async () => {
    const delivery = await delivered(body, { secret: new TextEncoder().encode(`${SECRET}\n`) });
    expect(codesOf(await explained(delivery))).toEqual(["secret_whitespace"]);
  });
});

describe("a secret in another form", () => {
  const hexSecret = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  it("is explained where it should be hex-decoded, and where it should not", async () => {
    const bytes = Buffer.from(hexSecret, "hex");
    const decoded = await delivered(body, { secret: bytes });
    const { findings } = await explained(decoded, { secret: hexSecret });
    expect(findings[0]).toMatchObject({ code: "secret_encoding" });
    expect(findings[0]?.evidence).toContain("decoded from hex");

    const text = await delivered(body, { secret: hexSecret });
    const provider = defineProvider({ ...acme, secret: { encoding: "hex" } });
    expect(codesOf(await explained(text, { provider, secret: hexSecret }))).toEqual([
      "secret_encoding",
    ]);
    expect(codesOf(await explained(text, { secret: bytes }))).toEqual(["secret_encoding"]);
  });

  it("is explained where it should be base64-decoded, and where it should not", async () => {
    const secret = Buffer.from(hexSecret, "hex").toString("base64");
    const decoded = await delivered(body, { secret: Buffer.from(secret, "base64") });
    expect(codesOf(await explained(decoded, { secret }))).toEqual(["secret_encoding"]);

    const text = await delivered(body, { secret });
    const provider = defineProvider({ ...acme, secret: { encoding: "base64" } });
    expect(codesOf(await explained(text, { provider, secret }))).toEqual(["secret_encoding"]);
  });

  it.each([
    ["base64", "base64", ""],
    ["the base64 of a line, as echo makes it", "base64", "\n"],
    ["hex", "hex", ""],
  ] as const)(
    "is explained where it was put into %s once more, however the provider means it",
    async (_, encoding, end) => {
      const teams = Buffer.from(hexSecret, "hex").toString("base64");
      const senders = [
        [standardWebhooks, WHSEC],
        [msTeamsOutgoing, teams],
        [acme, SECRET],
      ] as const;
      for (const [provider, secret] of senders) {
        const delivery = await delivered(body, { provider, secret, now: NOW });
        const mistaken = Buffer.from(secret + end).toString(encoding);
        const explanation = await explained(delivery, { provider, secret: mistaken, now: NOW });
        expect(codesOf(explanation)).toEqual(["secret_encoding"]);
      }
    },
  );

  it("is explained where hex is in the other case", async () => {
    const delivery = await delivered(body, { secret: hexSecret.toUpperCase() });
    expect(codesOf(await explained(delivery, { secret: hexSecret }))).toEqual(["secret_encoding"]);
  });

  it("is explained where whsec_ was taken off a secret that is literal", async () => {
    const delivery = await delivered(body, { provider: stripe, secret: WHSEC, now: NOW });
    const options = { provider: stripe, secret: WHSEC.slice(6), now: NOW };
    const { findings } = await explained(delivery, options);
    expect(findings[0]).toMatchObject({ code: "secret_prefix" });
    expect(findings[0]?.evidence).toContain("whsec_");
  });

  it("is explained where whsec_ was left on a secret that is meant without", async () => {
    const delivery = await delivered(body, { secret: WHSEC.slice(6) });
    expect(codesOf(await explained(delivery, { secret: WHSEC }))).toEqual(["secret_prefix"]);
  });

  it("is explained where a literal secret is used as one of Standard Webhooks", async () => {
    const bytes = new TextEncoder().encode(WHSEC);
    const delivery = await delivered(body, { provider: standardWebhooks, secret: bytes, now: NOW });
    const options = { provider: standardWebhooks, secret: WHSEC, now: NOW };
    expect(codesOf(await explained(delivery, options))).toEqual(["secret_encoding"]);
  });
});

describe("another secret", () => {
  it("is named by its place and id among otherSecrets", async () => {
    const previous = "the-previous-secret-of-this-endpoint";
    const delivery = await delivered(body, { secret: previous });
    const { findings } = await explained(delivery, {
      otherSecrets: ["one-of-another-endpoint", { id: "2025", secret: previous }],
    });
    expect(findings[0]).toMatchObject({ code: "secret_other", confidence: "proven" });
    expect(findings[0]?.evidence).toContain('otherSecrets[1] (id "2025")');
  });

  it("is named where it is configured and not in use now", async () => {
    const delivery = await delivered(body);
    const { findings } = await explained(delivery, {
      now: NOW,
      secret: [
        { id: "new", secret: "the-new-secret-of-this-endpoint" },
        { id: "old", secret: SECRET, notAfter: "2026-01-01T00:00:00Z" },
      ],
    });
    expect(findings[0]).toMatchObject({ code: "secret_inactive" });
    expect(findings[0]?.evidence).toContain('secret[1] (id "old")');
    expect(findings[0]?.evidence).toContain("notAfter is 2026-01-01");
  });

  it("is found for tenants, whose secrets a function looks up", async () => {
    const delivery = await delivered(body);
    const explanation = await explained(delivery, {
      secret: async ({ url }) => ({ tenant: url ?? "t1", secrets: `"${SECRET}"` }),
    });
    expect(codesOf(explanation)).toEqual(["secret_quoted"]);
  });

  it("is not looked for in the delivery where the function that looks it up has failed", async () => {
    const { findings } = await explained(await delivered(body), {
      secret: () => Promise.reject(new Error("no connection")),
    });
    expect(findings).toMatchObject([{ code: "secret_unusable", confidence: "observed" }]);
    expect(findings[0]?.remedy).toContain("cause of the error");
    expect(findings[0]?.remedy).not.toContain("as the provider shows it");
  });

  it("is said to be unknown where the function finds none", async () => {
    const { findings } = await explained(await delivered(body), { secret: () => undefined });
    expect(findings).toMatchObject([{ code: "secret_unusable", confidence: "observed" }]);
    expect(findings[0]?.evidence).toContain("knows no secret");
  });

  it("is tried as it is, however many there are", async () => {
    const others = Array.from({ length: 40 }, (_, i) => `the-secret-of-endpoint-${i}`);
    const delivery = await delivered(body, { provider: timed, now: () => NOW() - 912_000 });
    const options = { provider: timed, secret: [...others, SECRET], now: NOW };
    expect(codesOf(await explained(delivery, options))).toEqual(["clock_skew"]);
  });

  it("is unusable where the environment variable is not set", async () => {
    const { findings } = await explained(await delivered(body), { secret: undefined as never });
    expect(findings[0]).toMatchObject({ code: "secret_unusable" });
    expect(findings[0]?.evidence).toContain("environment variable");
  });
});

describe("a secret that is empty, with which anybody can sign", () => {
  const signers = ["\n", "\r\n", " ", "whsec_", "whsec_\n", '""', '""\n'];

  it.each(signers)("proves nothing of what is signed with %j", async (signer) => {
    const delivery = await delivered(body, { secret: bytesOf(signer) });
    for (const secret of ["", " ", "\n", () => "", () => ({ secrets: [""] }), bytesOf("")]) {
      const explanation = await explained(delivery, { secret });
      expect(explanation.findings).toMatchObject([
        { code: "secret_unusable", confidence: "observed" },
      ]);
    }
    for (const blank of ["", "whsec_", '""', "SECRET=whsec_", btoa("whsec_"), bytesOf("\n")]) {
      const { findings } = await explained(delivery, { otherSecrets: [blank] });
      expect(findings).toEqual([]);
    }
    const otherPreset = { provider: github, otherProviders: [acme], secret: "whsec_" };
    const { findings } = await explained(delivery, otherPreset);
    expect(findings.filter(({ confidence }) => confidence === "proven")).toEqual([]);
  });

  it("is said to be empty", async () => {
    const { findings } = await explained(await delivered(body), { secret: "" });
    expect(findings[0]?.evidence).toContain("the secret is empty");
  });
});

describe("two mistakes at once", () => {
  it("are both named: a newline behind the secret, and a body written again", async () => {
    const { headers } = await delivered(JSON.stringify(EVENT, null, 2));
    const explanation = await explained({ headers, body }, { secret: `${SECRET}\n` });
    expect(codesOf(explanation)).toEqual(["body_reserialized", "secret_whitespace"]);
  });

  it("are both named: an old secret in quotes", async () => {
    const explanation = await explained(
      await delivered(body, { secret: "an-old-secret-of-ours" }),
      {
        otherSecrets: ['"an-old-secret-of-ours"'],
      },
    );
    expect(codesOf(explanation)).toEqual(["secret_other", "secret_quoted"]);
  });
});

describe("what an explanation gives away", () => {
  it("is neither a secret, nor an expected signature, nor the body", async () => {
    const genuine = await delivered(body);
    const signature = genuine.headers["x-acme-signature"] ?? "";
    const deliveries = [
      { options: { secret: `"${SECRET}"` }, delivery: genuine },
      {
        options: { secret: "another-secret-altogether", otherSecrets: [SECRET] },
        delivery: genuine,
      },
      { options: {}, delivery: { ...genuine, body: `${body}\n` } },
      { options: {}, delivery: { ...genuine, body: `${body}!` } },
      {
        options: {},
        delivery: { ...genuine, headers: { "x-acme-signature": signature.slice(0, 40) } },
      },
    ];
    for (const { delivery, options } of deliveries) {
      const told = JSON.stringify(await explained(delivery, options));
      expect(told).not.toContain(SECRET);
      expect(told).not.toContain("another-secret");
      expect(told).not.toContain(signature.slice("sha256=".length, 16));
      expect(told).not.toContain("evt_1842");
      expect(told).not.toContain("Ångström");
    }
  });

  it.each([
    ["an error of its own", () => Promise.reject(new Error(`cannot decrypt ${SECRET}`)), '"Error"'],
    ["JSON.parse of a bare secret", () => JSON.parse(SECRET) as string, '"SyntaxError"'],
    ["what is no error", () => Promise.reject(SECRET as unknown as Error), '"string"'],
  ])("is nothing of what a failed secret function says: %s", async (_, secret, name) => {
    const explanation = await explained(await delivered(body), { secret });
    expect(JSON.stringify(explanation)).not.toContain(SECRET.slice(0, 8));
    expect(explanation.findings).toMatchObject([{ code: "secret_unusable" }]);
    expect(explanation.findings[0]?.evidence).toContain(name);
  });
});
