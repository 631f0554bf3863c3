import { type BinaryToTextEncoding, createHash, createHmac, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as node from "../../packages/core/src/hmac/node.ts";
import * as web from "../../packages/core/src/hmac/web.ts";

const SWITCH_BYTES = 24 * 1024;
const LENGTHS = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, SWITCH_BYTES - 1, SWITCH_BYTES];
const LONGER = [SWITCH_BYTES + 1, 65_536, 200 * 1024];
const KEY_LENGTHS = [1, 2, 31, 32, 33, 63, 64, 65, 128, 300];

/** What our backends make of it, and what Node's own HMAC does. */
async function digestsOf(
  key: Uint8Array,
  parts: readonly Uint8Array[],
): Promise<{ ours: string[]; theirs: string[] }> {
  const ours: string[] = [];
  const theirs: string[] = [];
  for (const text of ["hex", "base64"] as const) {
    const expected = createHmac("sha256", key).update(Buffer.concat(parts)).digest(text);
    theirs.push(expected, expected, expected);
    ours.push(
      await node.hmac(node.prepareKey(key), parts, text),
      await node.hmac(node.prepareKey(key, true), parts, text),
      await web.hmac(web.prepareKey(key), parts, text),
    );
  }
  return { ours, theirs };
}

describe("both HMAC backends agree with createHmac", () => {
  test("at the lengths where blocks, padding and the way of computing change", async () => {
    for (const length of [...LENGTHS, ...LONGER]) {
      for (const keyLength of KEY_LENGTHS) {
        const { ours, theirs } = await digestsOf(randomBytes(keyLength), [randomBytes(length)]);
        expect(ours).toEqual(theirs);
      }
    }
  });

  test("over random keys and bodies in any number of parts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }),
        async (key, parts) => {
          const { ours, theirs } = await digestsOf(key, parts);
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("over random bodies of up to 200 KiB", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 0, max: 200 * 1024 }),
        async (key, length) => {
          const { ours, theirs } = await digestsOf(key, [randomBytes(length)]);
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("with text of one byte a character between bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ maxLength: 100 }),
        async (key, head, body) => {
          const parts = [Buffer.from(head).toString("latin1"), ".", body];
          const expected = createHmac("sha256", key)
            .update(head)
            .update(".")
            .update(body)
            .digest("hex");
          expect(node.hmac(node.prepareKey(key), parts, "hex")).toBe(expected);
          expect(await web.hmac(web.prepareKey(key), parts, "hex")).toBe(expected);
        },
      ),
    );
  });

  test("when two keys take turns, and after the key bytes given have been overwritten", async () => {
    const body = randomBytes(100);
    const given = [randomBytes(20), randomBytes(200)];
    const expected = given.map((key) => createHmac("sha256", key).update(body).digest("hex"));
    const keys = given.map((key) => node.prepareKey(key));
    for (const key of given) key.fill(0);
    for (let turn = 0; turn < 3; turn++) {
      expect(keys.map((key) => node.hmac(key, [body], "hex"))).toEqual(expected);
    }
  });
});

test("both backends agree with createHash", async () => {
  for (const length of [...LENGTHS, ...LONGER]) {
    const bytes = randomBytes(length);
    for (const text of ["hex", "base64", "base64url"] as const) {
      const expected = createHash("sha256").update(bytes).digest(text);
      expect(node.sha256(bytes, text)).toBe(expected);
      expect(await web.sha256(bytes, text)).toBe(expected);
    }
  }
});

describe.each([
  ["node", node],
  ["web", web],
] as const)("the comparison of the %s backend", (_, backend) => {
  const equal = (expected: string, given: string): boolean => backend.equal(expected, given);

  test("says yes to the same text and to nothing else", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9a-f]{64}$/),
        fc.nat(63),
        fc.string(),
        (mac, at, other) => {
          expect(equal(mac, mac)).toBe(true);
          const flipped = mac[at] === "0" ? "1" : "0";
          expect(equal(mac, mac.slice(0, at) + flipped + mac.slice(at + 1))).toBe(false);
          // The same low byte, another character.
          const beyond = String.fromCharCode(0x100 + mac.charCodeAt(at));
          expect(equal(mac, mac.slice(0, at) + beyond + mac.slice(at + 1))).toBe(false);
          expect(equal(mac, mac.slice(1))).toBe(false);
          expect(equal(mac, `${mac}0`)).toBe(false);
          expect(equal(mac, other)).toBe(other === mac);
        },
      ),
    );
  });
});

test.each([
  ["node", node],
  ["web", web],
] as const)(
  "the %s backend finds a signature wherever it stands in a header",
  async (_, backend) => {
    const key = backend.prepareKey(randomBytes(20));
    const signer = { key };
    const content = [randomBytes(50)];
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      const mac = await backend.hmac(key, content, encoding);
      const beyond = `${String.fromCharCode(0x100 + mac.charCodeAt(0))}${mac.slice(1)}`;
      for (const before of [
        "",
        "sha256=",
        "x".repeat(64),
        "x".repeat(65),
        "x".repeat(255),
        "x".repeat(256),
        "x".repeat(257),
        "ä",
        "ſ",
        "x".repeat(2000),
      ]) {
        for (const behind of ["", ",v1=", "ä", "x".repeat(2000)]) {
          // A right one again and again: nothing of it may be left when the next is compared.
          const written = [mac, beyond, mac, mac.slice(1), mac, mac.slice(0, -1), mac, ""];
          const found = written.map(async (candidate) => {
            const start = before.length;
            const spans = [start, start + candidate.length];
            const text = before + candidate + behind;
            return backend.findSigner([signer], content, encoding, { text, spans });
          });
          const expected = written.map((text) => (text === mac ? signer : undefined));
          expect(await Promise.all(found)).toEqual(expected);
        }
      }
    }
  },
);

function signature(secret: Uint8Array, body: Uint8Array, encoding: BinaryToTextEncoding): string {
  return createHmac("sha256", secret).update("id.").update(body).digest(encoding);
}

describe.each([
  ["node", node],
  ["web", web],
] as const)("the search for a signer by the %s backend", (_, backend) => {
  const ENCODINGS = ["hex", "base64", "base64url"] as const;
  const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_= ".split(
    "",
  );
  const secrets = [randomBytes(20), randomBytes(32), randomBytes(70)];
  const signers = secrets.map((secret) => ({ key: backend.prepareKey(secret) }));

  /** The index of the signer that is found, where a header holds these candidates between other text. */
  async function found(
    body: Uint8Array,
    encoding: (typeof ENCODINGS)[number],
    candidates: readonly string[],
  ): Promise<number> {
    let text = "v1,";
    const spans: number[] = [];
    for (const candidate of candidates) {
      spans.push(text.length, text.length + candidate.length);
      text += `${candidate} v1,`;
    }
    const signer = await backend.findSigner(signers, ["id.", body], encoding, { text, spans });
    return signer === undefined ? -1 : signers.indexOf(signer);
  }

  test.each(ENCODINGS)("finds whose signature in %s is among several", async (encoding) => {
    for (const length of [0, 1, 500, 5000, SWITCH_BYTES, 65_536]) {
      const body = randomBytes(length);
      for (const [index, secret] of secrets.entries()) {
        const right = signature(secret, body, encoding);
        const others = [signature(randomBytes(9), body, encoding), "", "?".repeat(right.length)];
        expect(await found(body, encoding, [right])).toBe(index);
        expect(await found(body, encoding, [...others, right])).toBe(index);
        expect(await found(body, encoding, others)).toBe(-1);
        expect(await found(randomBytes(length + 1), encoding, [right])).toBe(-1);
      }
    }
  });

  test.each(ENCODINGS)("takes no other text than the signature in %s itself", async (encoding) => {
    const body = randomBytes(300);
    const right = signature(secrets[1] ?? body, body, encoding);
    const forged: string[] = [right.slice(1), `${right}=`, `${right}A`, right.toUpperCase()];
    for (let at = 0; at < right.length; at++) {
      // Some would be the same bits in a lenient reader; the last two have the same low byte.
      const code = right.charCodeAt(at);
      const beyond = [code + 0x100, code + 0x1000].map((other) => String.fromCharCode(other));
      for (const other of [...CHARACTERS, ...beyond]) {
        forged.push(right.slice(0, at) + other + right.slice(at + 1));
      }
    }
    for (const candidate of forged.filter((text) => text !== right)) {
      expect(await found(body, encoding, [candidate])).toBe(-1);
    }
    expect(await found(body, encoding, [right])).toBe(1);
  });
});
