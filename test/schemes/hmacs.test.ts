import { createHmac } from "node:crypto";
import {
  createVerifier,
  defineProvider,
  type Delivery,
  isWebhookError,
  type Provider,
  type ProviderDefinition,
  sign,
  type SignatureDefinition,
  verify,
} from "@countersign/core";
import { describe, expect, test } from "vitest";
import type { OtherHmac } from "../../packages/core/src/algorithms/algorithm.ts";
import { algorithms as node } from "../../packages/core/src/algorithms/node.ts";
import { algorithms as web } from "../../packages/core/src/algorithms/web.ts";

const SECRET = "a secret of the tests";
const BODY = '{"id":"evt_1","n":1}';

/** With undefined for what is taken away. */
type Changes = {
  readonly [Name in keyof SignatureDefinition]?: SignatureDefinition[Name] | undefined;
};

function provider(signature: Changes, more: object = {}): Provider {
  const definition = {
    name: "acme",
    signature: Object.fromEntries(
      Object.entries({ header: "X-Signature", encoding: "hex", ...signature }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
    dedup: "content",
    ...more,
  };
  return defineProvider(definition as ProviderDefinition);
}

async function outcome(given: Provider, delivery: Delivery): Promise<string> {
  try {
    await createVerifier({ provider: given, secret: SECRET }).check(delivery);
    return "verified";
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/** RFC 2202 (test case 2 of MD5 and SHA-1) and RFC 4231 (test case 2). */
const RFC: readonly (readonly [OtherHmac, string])[] = [
  ["md5", "750c783e6ab0b503eaa86e310a5db738"],
  ["sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
  [
    "sha384",
    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
  ],
  [
    "sha512",
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  ],
];

describe.each(RFC)("HMAC with %s", (algorithm, mac) => {
  test("gives what the RFC says, in each runtime that has it", async () => {
    const secret = Buffer.from("Jefe");
    const content = Buffer.from("what do ya want for nothing?");
    expect(Buffer.from(await node.hmac(algorithm, secret, content)).toString("hex")).toBe(mac);
    if (!web.hasHash(algorithm)) return;
    expect(Buffer.from(await web.hmac(algorithm, secret, content)).toString("hex")).toBe(mac);
  });

  test("verifies a delivery, and no other body, secret, length or spelling", async () => {
    const acme = provider({ algorithm });
    const right = createHmac(algorithm, SECRET).update(BODY).digest("hex");
    const given = (signature: string, body = BODY): Promise<string> =>
      outcome(acme, { headers: { "x-signature": signature }, body });
    expect(await given(right)).toBe("verified");
    expect(await given(right, `${BODY} `)).toMatch(/^signature_mismatch/);
    expect(await given(createHmac(algorithm, "x").update(BODY).digest("hex"))).toMatch(
      /^signature_mismatch/,
    );
    const sha256 = createHmac("sha256", SECRET).update(BODY).digest("hex");
    for (const wrong of [right.slice(2), `${right}00`, right.toUpperCase(), sha256, "é", ""]) {
      expect(await given(wrong)).toMatch(/^signature_malformed: .* bytes in hex/);
    }
  });
});

describe("The bytes of a signature", () => {
  const mac = createHmac("sha256", SECRET).update(BODY).digest();
  const hex = mac.toString("hex");
  const mixed = hex.replace(/[a-f]/, (letter) => letter.toUpperCase());
  const base64 = mac.toString("base64");

  test.each([
    ["hex", [hex], [hex.toUpperCase(), mixed]],
    ["hex-upper", [hex.toUpperCase()], [hex, mixed]],
    ["hex-any-case", [hex, hex.toUpperCase(), mixed], [base64]],
    ["base64", [base64], [base64.replace("=", "")]],
    ["base64-unpadded", [base64.replace("=", "")], [base64, hex]],
    ["base64url", [mac.toString("base64url")], [`${mac.toString("base64url")}=`]],
  ] as const)("in %s have one spelling", async (encoding, right, wrong) => {
    const acme = provider({ encoding });
    for (const signature of right) {
      // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
      expect(await outcome(acme, { headers: { "X-Signature": signature }, body: BODY })).toBe(
        "verified",
      );
    }
    for (const signature of wrong) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await outcome(acme, { headers: { "X-Signature": signature }, body: BODY })).toMatch(
        /^signature_malformed/,
      );
    }
  });
});

function hmac(text: string): string {
  return createHmac("sha256", SECRET).update(text).digest("hex");
}

function signedInBody(id: string, sig: unknown, more = ""): Delivery {
  return { headers: {}, body: `{"id":"${id}","sig":${JSON.stringify(sig)}${more}}` };
}

describe("A signature outside of the headers", () => {
  test("in the query is read from the URL, and counts only if it is there once", async () => {
    const acme = provider({ header: undefined, query: "sig" });
    const at = (url?: string): Promise<string> => outcome(acme, { headers: {}, body: BODY, url });
    expect(await at(`https://example.com/hook?a=1&sig=${hmac(BODY)}`)).toBe("verified");
    expect(await at(`https://example.com/hook?sig=${hmac("other")}`)).toMatch(
      /^signature_mismatch/,
    );
    expect(await at(`https://example.com/?sig=${hmac(BODY)}&sig=${hmac(BODY)}`)).toMatch(
      /^signature_missing: The query parameter sig/,
    );
    expect(await at("https://example.com/hook")).toMatch(/^signature_missing/);
    expect(await at()).toMatch(/^signature_missing/);
  });

  test("in the body is read by a pointer, and covers the fields that are named", async () => {
    const acme = provider(
      { header: undefined, body: "/sig", content: "{json:/id}" },
      { id: { body: "/id" }, dedup: "id" },
    );
    const event = await verify(signedInBody("evt_1", hmac("evt_1"), ',"amount":1'), {
      provider: acme,
      secret: SECRET,
    });
    expect(event.id).toBe("evt_1");
    expect(event.unsigned).toEqual(["body"]);
    expect(await outcome(acme, signedInBody("evt_2", hmac("evt_1")))).toMatch(
      /^signature_mismatch/,
    );
    for (const junk of [undefined, null, 1, {}, [hmac("evt_1")], ""]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await outcome(acme, signedInBody("evt_1", junk ?? null))).toMatch(
        /^signature_missing/,
      );
    }
    expect(await outcome(acme, { headers: {}, body: "no JSON" })).toMatch(/^signature_missing/);
  });

  test("in a form is read from its field", async () => {
    const acme = provider(
      {
        header: undefined,
        formField: "sig",
        signedContent: ({ body }) => {
          const form = new URLSearchParams(Buffer.from(body).toString());
          return `${form.get("id")}`;
        },
        covers: ["/id"],
      },
      { body: { format: "form" }, id: { body: "/id" }, dedup: "id" },
    );
    const form = (text: string): Promise<string> => outcome(acme, { headers: {}, body: text });
    expect(await form(`id=evt_1&sig=${hmac("evt_1")}`)).toBe("verified");
    expect(await form(`id=evt_2&sig=${hmac("evt_1")}`)).toMatch(/^signature_mismatch/);
    expect(await form("id=evt_1")).toMatch(/^signature_missing: The form field sig/);
  });

  test("is put there by sign()", async () => {
    const inQuery = provider({ header: undefined, query: "sig" });
    const url = "https://example.com/hook?a=1#part";
    const signed = await sign({ body: BODY, url }, { provider: inQuery, secret: SECRET });
    expect(signed.url).toBe(`https://example.com/hook?a=1&sig=${hmac(BODY)}#part`);
    expect(await outcome(inQuery, signed)).toBe("verified");
    const again = await sign(
      { body: "{}", url: signed.url },
      { provider: inQuery, secret: SECRET },
    );
    expect(await outcome(inQuery, again)).toBe("verified");
  });
});

test("signedContent reads headers by name in whatever form they came", async () => {
  const acme = provider({
    signedContent: ({ body }, { header }) => `${header("X-Nonce")}.${Buffer.from(body).toString()}`,
    covers: ["body"],
  });
  const signature = createHmac("sha256", SECRET).update(`7.${BODY}`).digest("hex");
  const headers = { "X-Nonce": "7", "X-Signature": signature };
  for (const given of [headers, new Headers(headers), Object.entries(headers)]) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await outcome(acme, { headers: given, body: BODY })).toBe("verified");
  }
});

describe("A definition says what is wrong with it:", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "an unknown algorithm",
      () => provider({ algorithm: "sha3" as never }),
      /signature\.algorithm is "sha3"; it must be "sha256", "sha1"/,
    ],
    [
      "two places",
      () => provider({ query: "sig" }),
      /has header and query, and only one of them would count/,
    ],
    [
      "no place",
      () => provider({ header: undefined, encoding: "hex" }),
      /signature has no header, query, body or formField/,
    ],
    [
      "a signature inside of what it signs",
      () => provider({ header: undefined, body: "/sig" }),
      /signature\.body is inside of what signature\.content/,
    ],
    ["no encoding", () => provider({ encoding: undefined }), /signature\.encoding is undefined/],
    ["ECDSA's form for an HMAC", () => provider({ ecdsa: "raw" }), /signature\.ecdsa is for ECDSA/],
    [
      "covers without anything of the body",
      () =>
        provider(
          { signedContent: () => "", covers: ["timestamp"] },
          { timestamp: { header: "X-Time", unit: "seconds", of: "attempt" } },
        ),
      /signature\.covers has nothing of the body in it.*Put "body" there, or pointers/,
    ],
    [
      "dedup by an id that is not signed, for an HMAC",
      () => provider({}, { id: { header: "X-Id", unsigned: true }, dedup: "unsigned-id" }),
      /"unsigned-id", which is for tokens and Basic credentials/,
    ],
  ])("%s", (_, define, message) => {
    expect(define).toThrow(message);
  });
});
