// What the algorithms beside HMAC-SHA256 have to show on every runtime.
import { createReceiver, createVerifier, defineProvider, sign, verify } from "@countersign/core";
import type { Provider, PublicKeyAlgorithm, SignatureDefinition } from "@countersign/core";
import { patreon } from "@countersign/core/providers";
import { jwtProvider } from "@countersign/jwt";
import { FURTHER_ANSWERS } from "../vectors/further-answers.ts";
import { codeOf, type PortableCase, same } from "./portable-case.ts";

/** Workers have no MD5 without `nodejs_compat`. */
const hasMd5 = "process" in globalThis;
const NOW_MS = 1_763_780_420_000;

/** RFC 2202, section 2 and 3, test case 2; RFC 4231, section 4.3. All under the key "Jefe". */
const MACS = {
  sha1: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
  sha384:
    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
  sha512:
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  md5: "750c783e6ab0b503eaa86e310a5db738",
} as const;

function provider(
  algorithm: keyof typeof MACS | PublicKeyAlgorithm,
  more: Partial<SignatureDefinition> = {},
): Provider {
  return defineProvider({
    name: "portable",
    signature: { header: "X-Signature", encoding: "hex", algorithm, ...more },
    body: { format: "bytes" },
    dedup: "content",
  });
}

async function macHolds(hash: keyof typeof MACS): Promise<void> {
  const delivery = { headers: { "x-signature": MACS[hash] }, body: "what do ya want for nothing?" };
  const options = { provider: provider(hash), secret: "Jefe" };
  await verify(delivery, options);
  const other = { ...delivery, body: `${delivery.body} ` };
  same(await codeOf(() => verify(other, options)), "signature_mismatch", hash);
}

const USAGES = ["sign", "verify"] as const;

/** A key pair of the kind that an algorithm takes. */
async function pairOf(algorithm: PublicKeyAlgorithm): Promise<CryptoKeyPair> {
  const { subtle } = crypto;
  if (algorithm === "ed25519") {
    return await subtle.generateKey({ name: "Ed25519" }, true, USAGES);
  }
  if (!algorithm.startsWith("rsa")) {
    return subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, USAGES);
  }
  const modulus = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
  const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", ...modulus };
  return subtle.generateKey(rsa, true, USAGES);
}

async function pem(key: CryptoKey): Promise<string> {
  const isPublic = key.type === "public";
  const der = new Uint8Array(await crypto.subtle.exportKey(isPublic ? "spki" : "pkcs8", key));
  const label = isPublic ? "PUBLIC KEY" : "PRIVATE KEY";
  const base64 = btoa(String.fromCharCode(...der)).replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----`;
}

async function pairHolds(algorithm: PublicKeyAlgorithm): Promise<void> {
  const { publicKey, privateKey } = await pairOf(algorithm);
  const by = provider(algorithm);
  const signed = await sign({ body: "ä" }, { provider: by, secret: await pem(privateKey) });
  const options = { provider: by, secret: await pem(publicKey) };
  await verify(signed, options);
  const changed = { ...signed, body: "a" };
  same(await codeOf(() => verify(changed, options)), "signature_mismatch", algorithm);
  const truncated = { "x-signature": (signed.headers["x-signature"] ?? "").slice(2) };
  const code = await codeOf(() => verify({ ...signed, headers: truncated }, options));
  same(code.startsWith("signature_m"), true, `${algorithm}, truncated: ${code}`);
}

/** The portable cases of other algorithms, of presets that verify by a function, and of tokens. */
export const algorithmCases: readonly PortableCase[] = [
  ...(["sha1", "sha384", "sha512"] as const).map((hash) => ({
    name: `HMAC-${hash.toUpperCase()} of RFC 2202 and RFC 4231`,
    run: () => macHolds(hash),
  })),
  {
    name: "HMAC-MD5 of RFC 2202, or config_invalid at construction where there is no MD5",
    run: async () => {
      if (hasMd5) return macHolds("md5");
      same(await codeOf(async () => provider("md5")), "config_invalid", "defineProvider");
      const options = { provider: patreon, secret: "a secret that is long enough" };
      same(await codeOf(async () => createVerifier(options)), "config_invalid", "createVerifier");
      same(await codeOf(async () => createReceiver(options)), "config_invalid", "createReceiver");
    },
  },
  {
    name: "Ed25519 of RFC 8032, section 7.1, test 3",
    run: async () => {
      const ed25519 = provider("ed25519", {
        signedContent: () => Uint8Array.of(0xaf, 0x82),
        covers: ["body"],
      });
      const secret = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
      const signature =
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
      const options = { provider: ed25519, secret };
      await verify({ headers: { "x-signature": signature }, body: "{}" }, options);
      const forged = { headers: { "x-signature": `7${signature.slice(1)}` }, body: "{}" };
      same(await codeOf(() => verify(forged, options)), "signature_mismatch", "another signature");
    },
  },
  ...(
    [
      "ed25519",
      "ecdsa-p256-sha256",
      "rsa-sha256",
      "rsa-sha512",
      "rsa-pss-sha256",
    ] as const satisfies readonly PublicKeyAlgorithm[]
  ).map((algorithm) => ({
    name: `${algorithm}: what the private key signs, the public key verifies, and nothing else`,
    run: () => pairHolds(algorithm),
  })),
  ...FURTHER_ANSWERS.map((answer) => ({
    name: `the known answer of ${answer.provider.name}`,
    run: async () => {
      const options = { provider: answer.provider as Provider, secret: answer.secret };
      await verify(answer, { ...options, now: () => NOW_MS });
    },
  })),
  {
    name: "a JWT under ES256 and EdDSA, and none with the algorithm none",
    run: async () => {
      for (const algorithm of ["ES256", "EdDSA"] as const) {
        const acme = jwtProvider({
          name: "acme",
          token: { header: "X-Token" },
          algorithms: [algorithm],
          proves: { bodySha256: "body_hash", encoding: "hex" },
          timestamp: { part: "iat", unit: "seconds", of: "attempt" },
          dedup: "content",
        });
        const kind = algorithm === "EdDSA" ? "ed25519" : "ecdsa-p256-sha256";
        const { publicKey, privateKey } = await pairOf(kind);
        const message = { body: { n: 1 } };
        const signed = await sign(message, { provider: acme, secret: await pem(privateKey) });
        const options = { provider: acme, secret: await pem(publicKey) };
        await verify(signed, options);
        const other = { ...signed, body: '{"n":2}' };
        same(await codeOf(() => verify(other, options)), "signature_mismatch", algorithm);
        const [, claims, signature] = (signed.headers["x-token"] ?? "").split(".");
        const headers = {
          "x-token": `${btoa('{"alg":"none"}').replace(/=+$/, "")}.${claims}.${signature}`,
        };
        same(await codeOf(() => verify({ ...signed, headers }, options)), "signature_mismatch");
      }
    },
  },
];
