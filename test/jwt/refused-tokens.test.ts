import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { createReceiver, createVerifier, isWebhookError } from "@countersign/core";
import { jwtProvider, type TokenDefinition } from "@countersign/jwt";
import { describe, expect, test } from "vitest";
import { es256, keyPair, tokenOf } from "./tokens.ts";

const NOW_SECONDS = 1_800_000_000;
const pair = keyPair("ES256", "key-1");
const jwks = JSON.stringify({ keys: [pair.publicJwk] });
const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();

const DEFINITION: TokenDefinition = {
  name: "acme",
  token: { header: "Authorization", scheme: "Bearer" },
  algorithms: ["ES256"],
  proves: "sender",
  issuer: "https://acme.example",
  audience: "https://example.com/hook",
  requiredClaims: ["exp"],
  claims: { email_verified: true, email: ["a@acme.example", "b@acme.example"] },
  dedup: "content",
};
const CLAIMS = {
  iss: "https://acme.example",
  aud: "https://example.com/hook",
  exp: NOW_SECONDS + 60,
  email: "b@acme.example",
  email_verified: true,
};
const HEADER = { alg: "ES256", kid: "key-1", typ: "JWT" };

const acme = jwtProvider(DEFINITION);

async function outcome(token: string, secret = jwks, provider = acme): Promise<string> {
  const verifier = createVerifier({ provider, secret, now: () => NOW_SECONDS * 1000 });
  try {
    await verifier.check({ headers: { authorization: `Bearer ${token}` }, body: '{"n":1}' });
    return "verified";
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return error.code;
  }
}

const signed = (claims: object, header: object = HEADER): string =>
  tokenOf({ ...header }, { ...claims }, es256(pair.privateKey));
const good = signed(CLAIMS);

function jwkText(algorithm: string): string {
  return JSON.stringify(keyPair(algorithm, "key-1").publicJwk);
}

test("The token that the others are made of verifies, with a JWKS, a JWK and PEM", async () => {
  expect(await outcome(good)).toBe("verified");
  expect(await outcome(good, JSON.stringify(pair.publicJwk))).toBe("verified");
  expect(await outcome(good, pem)).toBe("verified");
});

describe("A token is refused", () => {
  test.each<[string, object]>([
    ["that has expired", { exp: NOW_SECONDS - 11 }],
    ["that is not valid yet", { nbf: NOW_SECONDS + 11 }],
  ])("%s", async (_, claims) => {
    expect(await outcome(signed({ ...CLAIMS, ...claims }))).toMatch(/^timestamp_(expired|future)$/);
  });

  test.each<[string, object]>([
    ["without exp", { exp: undefined }],
    ["whose exp is text", { exp: String(NOW_SECONDS + 60) }],
    ["without iss", { iss: undefined }],
    ["whose iss only begins right", { iss: "https://acme.example.evil.example" }],
    ["whose iss only ends right", { iss: "https://evil.example/https://acme.example" }],
    ["whose iss is a list with the right one", { iss: ["https://acme.example"] }],
    ["whose iss has a slash more", { iss: "https://acme.example/" }],
    ["for another audience", { aud: "https://example.com/other" }],
    ["for several other audiences", { aud: ["https://a.example", "https://b.example"] }],
    ["without aud", { aud: undefined }],
    ["with another email", { email: "c@acme.example" }],
    ["with a claim of another kind", { email_verified: "true" }],
  ])("%s", async (_, claims) => {
    expect(await outcome(signed({ ...CLAIMS, ...claims }))).toBe("signature_mismatch");
  });

  test("with the algorithm none, in whatever case, with a signature or without", async () => {
    for (const alg of ["none", "None", "NONE", "nOnE", ""]) {
      const forged = signed(CLAIMS, { ...HEADER, alg });
      expect(await outcome(forged)).toBe("signature_mismatch");
      expect(await outcome(forged.replace(/[^.]*$/, ""))).toBe("signature_malformed");
    }
  });

  test("by HMAC with the public key as its secret, in each form that it is known in", async () => {
    for (const key of [pem, pem.trim(), jwks, JSON.stringify(pair.publicJwk)]) {
      const hmac = (content: Buffer): Uint8Array =>
        createHmac("sha256", key).update(content).digest();
      const forged = tokenOf({ ...HEADER, alg: "HS256" }, CLAIMS, hmac);
      expect(await outcome(forged)).toBe("signature_mismatch");
      expect(await outcome(forged, pem)).toBe("signature_mismatch");
    }
  });

  test("by another key, under the kid of the right one, an unknown one, or with its own key in the header", async () => {
    const other = keyPair("ES256", "key-1");
    const forge = (header: object): string =>
      tokenOf({ ...HEADER, ...header }, CLAIMS, es256(other.privateKey));
    expect(await outcome(forge({}))).toBe("signature_mismatch");
    expect(await outcome(forge({ kid: "key-2" }))).toBe("signature_mismatch");
    expect(await outcome(forge({ kid: ["key-1"] }))).toBe("signature_mismatch");
    expect(await outcome(forge({ kid: "../../../dev/null" }))).toBe("signature_mismatch");
    expect(await outcome(forge({ jwk: other.publicJwk }))).toBe("signature_mismatch");
    expect(await outcome(forge({ jku: "https://evil.example/jwks.json" }))).toBe(
      "signature_mismatch",
    );
    expect(await outcome(signed(CLAIMS, { ...HEADER, kid: "key-2" }))).toBe("signature_mismatch");
  });

  test("with a critical extension that nobody knows", async () => {
    const extended = signed(CLAIMS, { ...HEADER, crit: ["exp2"], exp2: 1 });
    expect(await outcome(extended)).toBe("signature_mismatch");
    const b64 = signed(CLAIMS, { ...HEADER, crit: ["b64"], b64: false });
    expect(await outcome(b64)).toMatch(/^signature_m/);
  });

  test("that is truncated, or has bytes behind it", async () => {
    const parts = good.split(".");
    const spoilt = [
      "",
      ".",
      "..",
      "...",
      parts.slice(0, 2).join("."),
      `${parts[0]}..${parts[2]}`,
      good.slice(0, -1),
      good.slice(0, -4),
      `${good}A`,
      `${good}AAAA`,
      `${good}=`,
      `${good}==`,
      `${good}.`,
      `${good}.AAAA`,
      `${good} `.repeat(2),
      `${good}, Bearer ${good}`,
      good.replace(".", ".\n"),
      `{}${good}`,
    ];
    for (const token of spoilt) expect(await outcome(token)).toMatch(/^signature_m/);
  });

  test("whose last character has other bits than base64url writes: one signature has one text", async () => {
    const last = good.at(-1) ?? "";
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const next = alphabet[alphabet.indexOf(last) + 1] ?? "";
    const same = good.slice(0, -1) + next;
    const [signature, sameSignature] = [good, same].map((token) =>
      Buffer.from(token.split(".")[2] ?? "", "base64url"),
    );
    expect(sameSignature).toEqual(signature);
    expect(await outcome(same)).toBe("signature_malformed");
  });

  test("with an ECDSA signature as DER, of zeros, of numbers beyond the order, or on another curve", async () => {
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
    const order = Buffer.from(
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
      "hex",
    );
    const forgers: readonly ((content: Buffer) => Uint8Array)[] = [
      (content) => signBytes("sha256", content, pair.privateKey),
      () => Buffer.alloc(64),
      () => Buffer.alloc(64, 0xff),
      () => Buffer.concat([order, order]),
      () => Buffer.concat([Buffer.alloc(31), Buffer.of(1), Buffer.alloc(31), Buffer.of(1)]),
      es256(p384),
      (content) => es256(pair.privateKey)(content).subarray(1),
      (content) => Buffer.concat([es256(pair.privateKey)(content), Buffer.of(0)]),
    ];
    for (const forge of forgers) {
      expect(await outcome(tokenOf(HEADER, CLAIMS, forge))).toBe("signature_mismatch");
    }
  });

  test("whose payload is no JSON object, or whose header is none", async () => {
    for (const payload of ["[]", "1", "null", "claims", "\u0000"]) {
      const token = tokenOf(HEADER, payload, es256(pair.privateKey));
      expect(await outcome(token)).toBe("signature_malformed");
    }
    const [, payload, signature] = good.split(".");
    for (const header of ["[]", "null", "{", "é"]) {
      const part = Buffer.from(header).toString("base64url");
      expect(await outcome(`${part}.${payload}.${signature}`)).toBe("signature_malformed");
    }
  });

  test("without its scheme, and where there is no header at all", async () => {
    const verifier = createVerifier({ provider: acme, secret: jwks });
    const check = async (headers: Record<string, string>): Promise<unknown> =>
      verifier.check({ headers, body: "{}" }).catch((error: { code: string }) => error.code);
    expect(await check({ authorization: good })).toBe("signature_malformed");
    expect(await check({ authorization: `Basic ${good}` })).toBe("signature_malformed");
    expect(await check({})).toBe("signature_missing");
  });
});

describe("RSA", () => {
  const rsa = keyPair("RS256", "rsa-1");
  const provider = jwtProvider({ ...DEFINITION, algorithms: ["RS256"] });
  const secret = JSON.stringify({ keys: [rsa.publicJwk] });
  const header = { alg: "RS256", kid: "rsa-1" };
  const rs256 = (content: Buffer): Uint8Array => signBytes("sha256", content, rsa.privateKey);

  test("takes PKCS #1 and nothing else", async () => {
    expect(await outcome(tokenOf(header, CLAIMS, rs256), secret, provider)).toBe("verified");
    const key = rsa.privateKey;
    const others: readonly ((content: Buffer) => Uint8Array)[] = [
      (content) => signBytes("sha256", content, { key, padding: 6, saltLength: 32 }),
      (content) => signBytes("sha1", content, key),
      (content) => signBytes("sha512", content, key),
      (content) => rs256(content).subarray(0, 255),
      (content) => Buffer.concat([rs256(content), Buffer.of(0)]),
      () => Buffer.alloc(256),
    ];
    for (const other of others) {
      const token = tokenOf(header, CLAIMS, other);
      expect(await outcome(token, secret, provider)).toBe("signature_mismatch");
    }
    const pss = tokenOf({ ...header, alg: "PS256" }, CLAIMS, rs256);
    expect(await outcome(pss, secret, provider)).toBe("signature_mismatch");
  });
});

test("A key in PEM may have its line end behind it, in a receiver as well", async () => {
  const receiver = createReceiver({ provider: acme, secret: pem, now: () => NOW_SECONDS * 1000 });
  const headers = { authorization: `Bearer ${good}` };
  expect(pem.endsWith("\n")).toBe(true);
  expect((await receiver.receive({ headers, body: "{}" })).status).toBe("accepted");
});

describe("A secret that can't be right", () => {
  test.each<[string, string, RegExp]>([
    ["a private key", JSON.stringify(pair.privateJwk), /private or symmetric key/],
    [
      "a private key in PEM",
      pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      /private or symmetric key/,
    ],
    ["a symmetric key", '{"kty":"oct","k":"AAAA"}', /private or symmetric key/],
    ["a text", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", /no key for ES256.*jwksKeys/],
    ["a JWKS that is none", '{"keys":7}', /no key for ES256/],
    ["nothing", "", /secret is empty/],
  ])("is refused at once: %s", (_, secret, message) => {
    expect(() => createVerifier({ provider: acme, secret })).toThrow(message);
  });

  test("is refused at once: a public key for a provider that signs by HMAC", () => {
    const provider = jwtProvider({ ...DEFINITION, algorithms: ["HS256"] });
    for (const secret of [pem, jwks, Buffer.from(pem)]) {
      expect(() => createVerifier({ provider, secret })).toThrow(/is a key in PEM or JSON/);
    }
  });

  test.each<[string, string, RegExp]>([
    ["a JWKS of something else", '{"keys":[7]}', /no JWKS/],
    ["a key of another kind", jwkText("RS256"), /none for the algorithm/],
    ["a key on another curve", jwkText("ES384"), /none for the algorithm/],
  ])("is told with the first delivery: %s", async (_, secret, message) => {
    const verifier = createVerifier({ provider: acme, secret });
    const checking = verifier.check({ headers: { authorization: `Bearer ${good}` }, body: "{}" });
    await expect(checking).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringMatching(message) as unknown,
    });
  });

  test("is told with the first delivery: an RSA key of 1024 bits", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const provider = jwtProvider({ ...DEFINITION, algorithms: ["RS256"] });
    const secret = publicKey.export({ type: "spki", format: "pem" }).toString();
    const verifier = createVerifier({ provider, secret });
    const token = tokenOf({ alg: "RS256" }, CLAIMS, () => Buffer.alloc(128));
    const checking = verifier.check({ headers: { authorization: `Bearer ${token}` }, body: "{}" });
    await expect(checking).rejects.toThrow(/2048 bits/);
  });
});

describe("A definition that is not safe is refused at once", () => {
  test.each<[string, object, RegExp]>([
    ["without algorithms", { algorithms: [] }, /algorithms is missing/],
    ["with none", { algorithms: ["none"] }, /algorithms has "none"/],
    ["with HMAC beside others", { algorithms: ["HS256", "RS256"] }, /HMAC beside public-key/],
    ["without saying what is proven", { proves: undefined }, /proves says what/],
    ["without a place", { token: undefined }, /token says where/],
    ["with a pointer that is none", { token: { body: "token" } }, /token says where/],
    ["with an empty audience", { audience: "" }, /audience is empty/],
    ["with no audience in the list", { audience: [] }, /audience is an empty list/],
    ["with an empty claim", { claims: { email: "" } }, /email is empty/],
    ["with a JWKS by http", { jwks: "http://acme.example/jwks" }, /must be an https: URL/],
    ["with a JWKS behind credentials", { jwks: "https://a:b@acme.example/" }, /https: URL/],
    ["with a JWKS that is no URL", { jwks: "acme.example" }, /must be an https: URL/],
    ["with a digest of a body around it", { token: "body", proves: "body" }, /inside of it/],
    ["with a name that nobody reads", { audiences: "x" }, /audiences is unknown/],
    ["with dedup by an id that nothing covers", { dedup: "id", id: { body: "/id" } }, /id/],
  ])("%s", (_, change, message) => {
    const definition = { ...DEFINITION, ...change } as TokenDefinition;
    expect(() => jwtProvider(definition)).toThrow(message);
  });
});
