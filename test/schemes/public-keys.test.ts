import { generateKeyPairSync, type KeyObject, sign as signBytes } from "node:crypto";
import {
  createVerifier,
  defineProvider,
  type Delivery,
  isWebhookError,
  type Provider,
  type PublicKeyAlgorithm,
  sign,
  type SignatureDefinition,
} from "@countersign/core";
import { discord, standardWebhooks } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { PUBLIC_KEY_SCHEMES } from "../../packages/core/src/algorithms/algorithm.ts";
import { derFromRaw, rawFromDer } from "../../packages/core/src/algorithms/ecdsa-signature.ts";
import { readKeyText } from "../../packages/core/src/algorithms/key-text.ts";
import { algorithms as node } from "../../packages/core/src/algorithms/node.ts";
import { algorithms as web } from "../../packages/core/src/algorithms/web.ts";

const BODY = '{"id":"evt_1"}';
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function provider(
  algorithm: PublicKeyAlgorithm,
  more: Partial<SignatureDefinition> = {},
): Provider {
  return defineProvider({
    name: "acme",
    signature: { header: "X-Signature", encoding: "hex", algorithm, ...more },
    dedup: "content",
  });
}

async function outcome(
  given: Provider,
  secret: string,
  signature: Uint8Array | string,
  body = BODY,
): Promise<string> {
  const text = typeof signature === "string" ? signature : Buffer.from(signature).toString("hex");
  const delivery: Delivery = { headers: { "x-signature": text }, body };
  try {
    await createVerifier({ provider: given, secret }).check(delivery);
    return "verified";
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return error.code;
  }
}

function pem(key: KeyObject): string {
  return key.export({ type: key.type === "public" ? "spki" : "pkcs8", format: "pem" }).toString();
}

const ed = generateKeyPairSync("ed25519");
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PAIRS = { ed25519: ed, "ecdsa-p256": ec, rsa, "rsa-pss": rsa };

const ALGORITHMS = Object.keys(PUBLIC_KEY_SCHEMES) as PublicKeyAlgorithm[];

describe.each(ALGORITHMS)("%s", (algorithm) => {
  const { publicKey, privateKey } = PAIRS[PUBLIC_KEY_SCHEMES[algorithm].kind];
  const acme = provider(algorithm);

  test("verifies what the private key has signed, and no other body, key or bytes", async () => {
    const { headers } = await sign({ body: BODY }, { provider: acme, secret: pem(privateKey) });
    const signature = Buffer.from(headers["x-signature"] ?? "", "hex");
    expect(await outcome(acme, pem(publicKey), signature)).toBe("verified");
    expect(await outcome(acme, pem(publicKey), signature, `${BODY} `)).toBe("signature_mismatch");
    for (const at of [0, signature.length >> 1, signature.length - 1]) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 1;
      // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
      expect(await outcome(acme, pem(publicKey), changed)).toMatch(/^signature_m/);
    }
    const junk = [
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([signature, Buffer.of(0)]),
      Buffer.alloc(signature.length),
      Buffer.alloc(0),
      headers["x-signature"]?.toUpperCase() ?? "",
      signature.toString("base64"),
    ];
    for (const wrong of junk) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await outcome(acme, pem(publicKey), wrong)).toMatch(/^signature_m/);
    }
  });

  test("is the same on node:crypto and on WebCrypto", async () => {
    const scheme = PUBLIC_KEY_SCHEMES[algorithm];
    const content = Buffer.from(BODY);
    for (const [signer, verifier] of [
      [node, web],
      [web, node],
    ] as const) {
      const keyOf = async (backend: typeof node, text: string) => {
        const material = readKeyText(scheme, text);
        if (material === undefined) throw new Error("no key");
        return backend.importKey(scheme, material);
      };
      // oxlint-disable-next-line no-await-in-loop -- two directions
      const signature = await signer.sign(scheme, await keyOf(signer, pem(privateKey)), content);
      // oxlint-disable-next-line no-await-in-loop
      const key = await keyOf(verifier, pem(publicKey));
      // oxlint-disable-next-line no-await-in-loop
      expect(await verifier.verify(scheme, key, content, signature)).toBe(true);
      // oxlint-disable-next-line no-await-in-loop
      expect(await verifier.verify(scheme, key, Buffer.from("x"), signature)).toBe(false);
    }
  });
});

test("Ed25519 verifies test 3 of RFC 8032, section 7.1, and no signature with an S beyond the order", async () => {
  const key = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
  const signature = Buffer.from(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    "hex",
  );
  const acme = provider("ed25519", {
    signedContent: () => Buffer.of(0xaf, 0x82),
    covers: ["body"],
  });
  expect(await outcome(acme, key, signature)).toBe("verified");
  const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString("hex")}`);
  const larger = number(s + ED25519_ORDER).toReversed();
  const malleable = Buffer.concat([signature.subarray(0, 32), larger]);
  expect(await outcome(acme, key, malleable)).toBe("signature_mismatch");
});

/** A number of P-256, as 32 bytes. */
function number(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

describe("ECDSA", () => {
  const acme = provider("ecdsa-p256-sha256");
  const der = signBytes("sha256", Buffer.from(BODY), ec.privateKey);
  const raw = rawFromDer(der) ?? Buffer.alloc(0);

  test("as raw numbers is read where the definition says so, and nowhere else", async () => {
    const asRaw = provider("ecdsa-p256-sha256", { ecdsa: "raw" });
    expect(await outcome(asRaw, pem(ec.publicKey), raw)).toBe("verified");
    expect(await outcome(asRaw, pem(ec.publicKey), der)).toBe("signature_malformed");
    expect(await outcome(acme, pem(ec.publicKey), raw)).toBe("signature_malformed");
  });

  test("takes no signature of zeros, of numbers beyond the order, or in BER", async () => {
    const [r, s] = [raw.subarray(0, 32), raw.subarray(32)];
    const forged = [
      [number(0n), number(0n)],
      [number(0n), s],
      [r, number(0n)],
      [r, number(P256_ORDER)],
      [number(P256_ORDER), number(P256_ORDER)],
      [number(1n), number(1n)],
    ].map((numbers) => derFromRaw(Buffer.concat(numbers.map((one) => Buffer.from(one)))));
    const long = Buffer.concat([Buffer.of(0x30, 0x81), der.subarray(1)]);
    const indefinite = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(2), Buffer.of(0, 0)]);
    const padded = Buffer.concat([
      Buffer.of(0x30, (der[1] ?? 0) + 1, 2, (der[3] ?? 0) + 1, 0),
      der.subarray(4),
    ]);
    for (const wrong of [...forged, long, indefinite, padded]) {
      // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
      expect(await outcome(acme, pem(ec.publicKey), wrong)).toMatch(/^signature_m/);
    }
  });
});

test("RSA takes no padding of another kind, and none that was never hashed", async () => {
  const content = Buffer.from(BODY);
  const pss = signBytes("sha256", content, { key: rsa.privateKey, padding: 6, saltLength: 32 });
  const sha1 = signBytes("sha1", content, rsa.privateKey);
  for (const wrong of [pss, sha1]) {
    // oxlint-disable-next-line no-await-in-loop -- two
    expect(await outcome(provider("rsa-sha256"), pem(rsa.publicKey), wrong)).toBe(
      "signature_mismatch",
    );
  }
  const noSalt = signBytes("sha256", content, { key: rsa.privateKey, padding: 6, saltLength: 0 });
  expect(await outcome(provider("rsa-pss-sha256"), pem(rsa.publicKey), noSalt)).toBe(
    "signature_mismatch",
  );
});

test.each([
  ["rsa-sha256", 1],
  ["rsa-pss-sha256", 6],
] as const)(
  "%s takes no signature without its leading zero, on either backend",
  async (name, padding) => {
    const scheme = PUBLIC_KEY_SCHEMES[name];
    const material = readKeyText(scheme, pem(rsa.publicKey));
    if (material === undefined) throw new Error("no key");
    const { body, signature } = withLeadingZero(padding);
    for (const backend of [node, web]) {
      // oxlint-disable-next-line no-await-in-loop -- two
      const key = await backend.importKey(scheme, material);
      const verified = [signature, signature.subarray(1)].map(async (one) =>
        backend.verify(scheme, key, body, one),
      );
      // oxlint-disable-next-line no-await-in-loop
      expect(await Promise.all(verified)).toEqual([true, false]);
    }
  },
);

/** A body and its signature, whose first byte is 0, as that of one in 256 is. */
function withLeadingZero(padding: number): { readonly body: Buffer; readonly signature: Buffer } {
  for (let n = 0; ; n++) {
    const body = Buffer.from(`{"n":${n}}`);
    const signature = signBytes("sha256", body, { key: rsa.privateKey, padding, saltLength: 32 });
    if (signature[0] === 0) return { body, signature };
  }
}

describe("A public key", () => {
  const spki = ed.publicKey.export({ type: "spki", format: "der" });
  const bare = spki.subarray(-32);
  const signature = signBytes(null, Buffer.from(BODY), ed.privateKey);

  test.each([
    ["PEM", pem(ed.publicKey)],
    ["a JWK", JSON.stringify(ed.publicKey.export({ format: "jwk" }))],
    ["hex", bare.toString("hex")],
    ["base64", bare.toString("base64")],
    ["base64 of DER", spki.toString("base64")],
    ["whpk_", `whpk_${bare.toString("base64")}`],
  ])("is read as %s", async (_, text) => {
    expect(await outcome(provider("ed25519"), text, signature)).toBe("verified");
  });

  test.each<[string, PublicKeyAlgorithm, string, RegExp]>([
    ["a private key", "ed25519", pem(ed.privateKey), /is a private key.*public key alone/],
    ["a key of another kind", "ed25519", pem(ec.publicKey), /is a key, but none for ed25519/],
    [
      "a key on another curve",
      "ecdsa-p256-sha256",
      pem(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey),
      /none for ecdsa-p256-sha256/,
    ],
    [
      "a short RSA key",
      "rsa-sha256",
      pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey),
      /RSA needs 2048 bits/,
    ],
    [
      "an HMAC secret",
      "ed25519",
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      /is no key for ed25519/,
    ],
    ["a symmetric JWK", "ed25519", '{"kty":"oct","k":"AAAA"}', /is no key for/],
    ["nothing", "ed25519", "", /public key is empty/],
  ])("that is %s is refused at once", (_, algorithm, secret, message) => {
    expect(() => createVerifier({ provider: provider(algorithm), secret })).toThrow(message);
  });

  test("signs nothing", async () => {
    const signing = sign({ body: "{}" }, { provider: discord, secret: bare.toString("hex") });
    await expect(signing).rejects.toThrow(/signing needs the private key/);
  });

  test("in place of a secret is named", () => {
    const secret = `whpk_${bare.toString("base64")}`;
    expect(() => createVerifier({ provider: standardWebhooks, secret })).toThrow(
      /is a public key \(whpk_\)/,
    );
  });
});
