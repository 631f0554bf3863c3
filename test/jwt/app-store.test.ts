import { X509Certificate } from "node:crypto";
import { createVerifier, sign } from "@countersign/core";
import { appleRootCaG3, appStore } from "@countersign/jwt/apple";
import { describe, expect, test } from "vitest";
import { type Chain, certificateChain } from "./certificates.ts";

const DAY_MS = 86_400_000;
const provider = appStore({ bundleId: "com.example" });
const chain = certificateChain();
const BODY = {
  notificationType: "DID_RENEW",
  notificationUUID: "002e14d5-51f5-4503-b5a8-c3a1af68eb20",
  data: { bundleId: "com.example", environment: "Production" },
  signedDate: Date.now(),
};

interface Given {
  readonly body?: object;
  readonly root?: string;
  readonly nowMs?: number;
  readonly x5c?: readonly string[];
}

async function outcome(by: Chain, given: Given = {}): Promise<string> {
  const { body = BODY, root = chain.root, nowMs = Date.now(), x5c = certificatesOf(by) } = given;
  const secret = [by.key, ...x5c].join("\n");
  const signed = await sign({ body }, { provider, secret });
  const verifier = createVerifier({ provider, secret: root, now: () => nowMs });
  return verifier.verify(signed).then(
    ({ type }) => `verified ${type}`,
    (error: { code?: string }) => String(error.code),
  );
}

function certificatesOf({ leaf, intermediate, root }: Chain): readonly string[] {
  return [leaf, intermediate, root];
}

test("The root certificate is Apple's, by its fingerprint", () => {
  const { fingerprint256, subject, ca } = new X509Certificate(appleRootCaG3);
  expect(fingerprint256).toBe(
    "63:34:3A:BF:B8:9A:6A:03:EB:B5:7E:9B:3F:5F:A7:BE:7C:4F:5C:75:6F:30:17:B3:A8:C4:88:C3:65:3E:91:79",
  );
  expect(subject).toContain("CN=Apple Root CA - G3");
  expect(ca).toBe(true);
});

test("A notification whose certificates lead to the root verifies, and its payload is the event", async () => {
  expect(await outcome(chain)).toBe("verified DID_RENEW");
  const secret = [chain.key, ...certificatesOf(chain)].join("\n");
  const signed = await sign({ body: BODY }, { provider, secret });
  expect(Object.keys(JSON.parse(Buffer.from(signed.body).toString()) as object)).toEqual([
    "signedPayload",
  ]);
  const event = await createVerifier({ provider, secret: chain.root }).verify(signed);
  expect(event).toMatchObject({ id: BODY.notificationUUID, unsigned: [], body: BODY });
});

describe("A notification is refused", () => {
  test("under Apple's root, and under another one, whatever root it brings along", async () => {
    expect(await outcome(chain, { root: appleRootCaG3 })).toBe("signature_mismatch");
    const forged = certificateChain();
    expect(await outcome(forged)).toBe("signature_mismatch");
    const { leaf, intermediate } = forged;
    expect(await outcome(forged, { x5c: [leaf, intermediate, chain.root] })).toBe(
      "signature_mismatch",
    );
    expect(await outcome(forged, { x5c: [leaf, chain.intermediate, chain.root] })).toBe(
      "signature_mismatch",
    );
    expect(await outcome(forged, { x5c: certificatesOf(chain) })).toBe("signature_mismatch");
  });

  test("with a chain of another length", async () => {
    const { leaf, intermediate, root } = chain;
    for (const x5c of [[], [leaf], [leaf, intermediate], [leaf, intermediate, root, root]]) {
      expect(await outcome(chain, { x5c })).toBe("signature_mismatch");
    }
    expect(await outcome(chain, { x5c: [intermediate, leaf, root] })).toBe("signature_mismatch");
  });

  test.each([
    ["whose leaf has no mark of Apple", { leaf: "basicConstraints=CA:false" }],
    ["whose leaf has the mark in its name alone", { leaf: "nsComment=1.2.840.113635.100.6.11.1" }],
    ["whose issuer has no mark of Apple", { intermediate: "basicConstraints=critical,CA:true" }],
    [
      "whose issuer is no authority",
      { intermediate: "basicConstraints=critical,CA:false\n1.2.840.113635.100.6.2.1=DER:05:00" },
    ],
    ["whose leaf signed itself", { isSelfSigned: true }],
  ] as const)("%s", async (_, mistakes) => {
    const wrong = certificateChain(mistakes);
    expect(await outcome(wrong, { root: wrong.root })).toBe("signature_mismatch");
  });

  test("before its certificates are valid, and after", async () => {
    expect(await outcome(chain, { nowMs: Date.now() - DAY_MS })).toBe("signature_mismatch");
    expect(await outcome(chain, { nowMs: Date.now() + 31 * DAY_MS })).toBe("signature_mismatch");
    expect(await outcome(chain, { nowMs: Date.now() + 29 * DAY_MS })).toBe("verified DID_RENEW");
  });

  test.each([
    ["for another app", { bundleId: "com.example.evil", environment: "Production" }],
    ["of the sandbox", { bundleId: "com.example", environment: "Sandbox" }],
    ["for no app", {}],
  ])("%s", async (_, data) => {
    expect(await outcome(chain, { body: { ...BODY, data } })).toBe("signature_mismatch");
  });
});

test("A secret that is no certificate, and an empty bundle ID, are told at once", () => {
  expect(() => createVerifier({ provider, secret: "apple" })).toThrow(/is no certificate/);
  expect(() => createVerifier({ provider, secret: chain.key })).toThrow(/is a private key/);
  expect(() => appStore({ bundleId: "" })).toThrow(/bundleId is empty/);
});
