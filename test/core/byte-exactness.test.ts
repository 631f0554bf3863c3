import { createHmac } from "node:crypto";
import { createVerifier, defineProvider } from "@countersign/core";
import { signedRequest } from "@countersign/sender/testing";
import { expect, test } from "vitest";

const SECRET = "a secret of the tests";

const plain = defineProvider({
  name: "plain",
  signature: { header: "X-Signature", encoding: "hex" },
  dedup: "none",
});
const templated = defineProvider({
  name: "templated",
  signature: {
    header: "X-Signature",
    encoding: "base64",
    prefix: "v1=",
    content: "$& {timestamp}.{body}.$$",
  },
  timestamp: { header: "X-Timestamp", unit: "seconds", of: "attempt" },
  dedup: "none",
});

const BODIES: [string, Buffer][] = [
  ["begins with a BOM", Buffer.from("\uFEFF{}")],
  ["is Latin-1", Buffer.from("caf\xE9 \xFF", "latin1")],
  ["has NUL bytes", Buffer.from("\0{\0}\0")],
  ["ends its lines with CR LF", Buffer.from('{\r\n"a": 1\r\n}\r\n')],
  ["has emoji", Buffer.from('{"a":"🦊👩‍👩‍👧"}')],
  ["has what String.replace takes for patterns", Buffer.from("$& $$ $1 $` $' {body} {timestamp}")],
  ["is empty", Buffer.alloc(0)],
  ["is every byte there is", Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ["is 5 MiB", Buffer.alloc(5 * 1024 * 1024, "0123456789abcdefg")],
];

test.each(BODIES)("a body that %s is verified to the byte", async (_, body) => {
  const verifier = createVerifier({ provider: plain, secret: SECRET });
  const headers = { "X-Signature": createHmac("sha256", SECRET).update(body).digest("hex") };
  const { rawBody } = await verifier.check({ headers, body });
  expect(body.equals(rawBody)).toBe(true);
  const more = Buffer.concat([body, Buffer.from("\n")]);
  await expect(verifier.check({ headers, body: more })).rejects.toMatchObject({
    code: "signature_mismatch",
  });
});

test.each(BODIES)("a body that %s is put into a template to the byte", async (_, body) => {
  const seconds = "1700000000";
  const verifier = createVerifier({
    provider: templated,
    secret: SECRET,
    now: () => 1000 * Number(seconds),
  });
  const mac = createHmac("sha256", SECRET)
    .update(`$& ${seconds}.`)
    .update(body)
    .update(".$$")
    .digest("base64");
  const headers = { "X-Signature": `v1=${mac}`, "X-Timestamp": seconds };
  expect(body.equals((await verifier.check({ headers, body })).rawBody)).toBe(true);
});

test("a body is taken as a Buffer, a Uint8Array in a larger buffer, an ArrayBuffer or UTF-8 text", async () => {
  const text = '{"a":"ä🦊"}';
  const buffer = Buffer.from(text);
  const padded = new Uint8Array(buffer.length + 8);
  padded.set(buffer, 4);
  const verifier = createVerifier({ provider: plain, secret: SECRET });
  const headers = { "X-Signature": createHmac("sha256", SECRET).update(text).digest("hex") };
  const forms = [
    text,
    buffer,
    padded.subarray(4, 4 + buffer.length),
    new Uint8Array(buffer).buffer,
  ];
  for (const body of forms) {
    const { rawBody } = await verifier.check({ headers, body });
    expect(Buffer.from(rawBody).toString()).toBe(text);
  }
});

test.each([
  ["parsed", { a: 1 }, /the body is of type Object\. In Express put express\.raw/],
  ["missing", undefined, /the body is undefined\. In Express/],
  [
    "the stream of a Request",
    new Response("{}").body,
    /the body is of type ReadableStream\. Use \{ headers, body: await request\.arrayBuffer\(\) \}, or receiver\.handle\(request\)\./,
  ],
])("a body that is %s is refused with what to change", async (_, body, message) => {
  const verifier = createVerifier({ provider: plain, secret: SECRET });
  const headers = { "X-Signature": "0".repeat(64) };
  await expect(verifier.check({ headers, body: body as never })).rejects.toMatchObject({
    code: "body_already_read",
    message: expect.stringMatching(message) as string,
  });
});

test("what is proposed for a Request verifies", async () => {
  const signed = await signedRequest({ provider: plain, secret: SECRET, body: "{}" });
  const request = signed.toRequest();
  const verifier = createVerifier({ provider: plain, secret: SECRET });
  await expect(verifier.check(request as never)).rejects.toThrow(/receiver\.handle/);
  const delivery = { headers: request.headers, body: await request.arrayBuffer() };
  expect(Buffer.from((await verifier.check(delivery)).rawBody).toString()).toBe("{}");
});
