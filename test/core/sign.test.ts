import {
  defineProvider,
  isWebhookError,
  sign,
  type SignatureDefinition,
  verify,
} from "@countersign/core";
import { github, para, paradym, standardWebhooks, zendesk } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const secret = "a secret of some length, as text";
const standardSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

const written = async (body: object): Promise<string> =>
  Buffer.from((await sign({ body }, { provider: github, secret })).body).toString();

describe("an object to sign", () => {
  test("is written as JSON writes it, with every toJSON in it", async () => {
    class Money {
      cents = 150;
      toJSON(): string {
        return `${this.cents / 100} EUR`;
      }
    }
    const body = { price: new Money(), at: new Date(0), none: undefined, run: () => {} };
    expect(await written(body)).toBe(JSON.stringify(body));
    expect(await written(body)).toBe('{"price":"1.5 EUR","at":"1970-01-01T00:00:00.000Z"}');
  });

  test("gets the time where the place for it holds undefined", async () => {
    const body = { webhookPublishedAt: undefined, eventType: "a" };
    const signed = await sign({ body, timestamp: 0 }, { provider: paradym, secret });
    expect(JSON.parse(Buffer.from(signed.body).toString())).toEqual({
      webhookPublishedAt: "1970-01-01T00:00:00.000Z",
      eventType: "a",
    });
  });

  test("is not changed by being signed", async () => {
    const body = Object.freeze({ payload: Object.freeze({}) });
    await sign({ body, type: "a" }, { provider: paradym, secret });
    expect(body).toEqual({ payload: {} });
  });

  test("that JSON can't hold is the caller's mistake, as is a time that is none", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const options = { provider: standardWebhooks, secret: standardSecret };
    const mistakes = [
      sign({ body: { big: 1n } }, options),
      sign({ body: circular }, options),
      sign({ body: {}, timestamp: new Date("never") }, options),
      sign({ body: {}, timestamp: Number.POSITIVE_INFINITY }, options),
      sign({ body: {}, timestamp: Number.NaN }, { provider: paradym, secret }),
    ];
    const codes = (await Promise.allSettled(mistakes)).map((settled) => {
      const reason: unknown = settled.status === "rejected" ? settled.reason : undefined;
      return isWebhookError(reason) ? reason.code : reason;
    });
    expect(codes).toEqual(mistakes.map(() => "config_invalid"));
  });
});

describe("an object that JSON would write as nothing", () => {
  const forms = defineProvider({
    name: "forms",
    signature: { header: "X-Signature", encoding: "hex" },
    body: { format: "form" },
    dedup: "content",
  });

  test("URLSearchParams are the form's text, for a provider that sends forms", async () => {
    for (const provider of [forms, zendesk]) {
      const signed = await sign(
        { body: new URLSearchParams("a=1&b=%C3%A4") },
        { provider, secret },
      );
      expect(Buffer.from(signed.body).toString()).toBe("a=1&b=%C3%A4");
      expect(signed.headers["content-type"]).toBe("application/x-www-form-urlencoded");
      const event = await verify(signed, { provider, secret });
      expect(event.body).toEqual({ a: "1", b: "ä" });
    }
  });

  test.each<[string, object]>([
    ["URLSearchParams", new URLSearchParams("a=1")],
    ["FormData", new FormData()],
    ["Blob", new Blob(["{}"])],
    ["Map", new Map([["a", 1]])],
    ["Promise", Promise.resolve({ a: 1 })],
  ])("a %s is refused, for one that sends JSON", async (kind, body) => {
    await expect(sign({ body }, { provider: github, secret })).rejects.toMatchObject({
      code: "config_invalid",
      message: `github: a ${kind} can't be signed as json. Give bytes, text, or a plain object.`,
    });
  });
});

describe("what looks like a pattern or is no plain text", () => {
  const acme = defineProvider({
    name: "acme",
    signature: { header: "X-Signature", encoding: "hex", content: "{id}.{body}" },
    id: { header: "X-Id" },
    dedup: "id",
  });
  const texts = ["$& $1 $` $' $$ {body} {id} %s \\1", "ä€😀\u0000\u2028\uFEFF", "a\r\nb&c=d+e%20f"];

  test.each(texts)("%j is signed as it is, as JSON, as text and in an id", async (text) => {
    const id = /^[\x20-\x7e]+$/.test(text) ? text : "1";
    for (const body of [{ text }, JSON.stringify({ text })]) {
      // oxlint-disable-next-line no-await-in-loop
      const delivery = await sign({ body, id }, { provider: acme, secret });
      // oxlint-disable-next-line no-await-in-loop
      const event = await verify(delivery, { provider: acme, secret });
      expect(event).toMatchObject({ id, body: { text } });
    }
  });

  test.each(texts)("%j comes through a form", async (text) => {
    const body = { event: "create", items: [{ text }] };
    const delivery = await sign({ body, form: true }, { provider: para, secret });
    expect((await verify(delivery, { provider: para, secret })).body).toMatchObject(body);
  });
});

describe("secrets to sign with", () => {
  const [before, after] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString("base64"));
  const secrets = [
    { secret: `whsec_${before}`, id: "before", notAfter: "2026-01-01T00:00:00Z" },
    { secret: `whsec_${after}`, id: "after", notBefore: "2026-01-01T00:00:00Z" },
  ];
  const signaturesAt = async (time: string, known = secrets): Promise<string[]> => {
    const now = (): number => Date.parse(time);
    const { headers } = await sign(
      { body: {} },
      { provider: standardWebhooks, secret: known, now },
    );
    return (headers["webhook-signature"] ?? "").split(" ");
  };

  test("are those that are valid at the time, and none is a mistake", async () => {
    expect(await signaturesAt("2025-12-31T00:00:00Z")).toHaveLength(1);
    expect(await signaturesAt("2026-01-01T00:00:00Z")).toHaveLength(2);
    expect(await signaturesAt("2026-01-02T00:00:00Z")).toHaveLength(1);
    await expect(signaturesAt("2026-01-02T00:00:00Z", secrets.slice(0, 1))).rejects.toThrow(
      "no secret is valid at this time",
    );
  });
});

test("an id that no header can carry is a mistake, and not sent as something else", async () => {
  const options = { provider: standardWebhooks, secret: standardSecret };
  for (const id of ["a\r\nx-injected: 1", "ä", " 1", "1\t"]) {
    // oxlint-disable-next-line no-await-in-loop
    await expect(sign({ body: {}, id }, options)).rejects.toThrow(
      "can't be sent in the header webhook-id",
    );
  }
});

test("several secrets sign in groups of positions, each with parts of its own", async () => {
  const provider = defineProvider({
    name: "acme",
    signature: {
      header: "X-Signature",
      encoding: "hex",
      positions: { separator: "/", names: ["t", "signature"], groups: "," },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "seconds", of: "attempt" },
    dedup: "content",
  });
  const signed = await sign({ body: {} }, { provider, secret: [secret, "another, also long"] });
  expect(signed.headers["x-signature"]).toMatch(/^\d+\/[0-9a-f]{64},\d+\/[0-9a-f]{64}$/);
  for (const one of [secret, "another, also long"]) {
    await expect(verify(signed, { provider, secret: one })).resolves.toBeDefined();
  }
});

test.each<[string, Partial<SignatureDefinition>, RegExp]>([
  [
    "a header of its own",
    { content: "{header:X-Nonce}.{body}" },
    /signs \{header:x-nonce\}, which/,
  ],
  ["a type", { content: "{header:X-Type}.{body}" }, /signs \{header:x-type\}.*Give type\./],
  [
    "a fraction in the body",
    { content: "{json:/price}|{body}" },
    /signs \{json:\/price\}.*whole number/,
  ],
  [
    "what a function makes of the body",
    { signedContent: () => JSON.parse("no JSON") as string, covers: ["body", "type"] },
    /signature\.signedContent threw for this message/,
  ],
])("what is missing is named where a provider signs %s", async (_, signature, message) => {
  const signsType = signature.content === undefined || signature.content.includes("X-Type");
  const provider = defineProvider({
    name: "acme",
    signature: { header: "X-Signature", encoding: "hex", ...signature },
    type: signsType ? { header: "X-Type" } : { body: "/type" },
    dedup: "content",
  });
  await expect(sign({ body: { price: 1.5 } }, { provider, secret })).rejects.toThrow(message);
});
