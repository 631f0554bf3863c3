import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  createReceiver,
  type HeadersLike,
  type Provider,
  type ReceiptRecord,
} from "@countersign/core";
import {
  github,
  para,
  paradym,
  parra,
  standardWebhooks,
  stripe,
} from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import express from "express";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const PROVIDERS: readonly Provider<object>[] = [
  github,
  para,
  paradym,
  parra,
  standardWebhooks,
  stripe,
];
const SECRET = Buffer.from("a secret that no sender knows");
const MAX_HEADER_BYTES = 256 * 1024;

/** Names that the providers read, and others. */
const headerName = fc.oneof(
  fc.constantFrom(
    ...PROVIDERS.flatMap(({ signature }) => [signature.header ?? []].flat()),
    "webhook-id",
    "webhook-timestamp",
    "content-type",
    "content-encoding",
    "x-github-event",
    "__proto__",
  ),
  fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/),
);

const now = Math.floor(Date.now() / 1000);

/** Values that are almost right, any text at all, and very long ones. */
const headerValue = fc.oneof(
  fc.stringMatching(/^(sha256=)?[0-9a-f]{64}$/),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((mac) => Buffer.from(mac).toString("base64")),
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((mac) => `v1,${Buffer.from(mac).toString("base64")} v1a,x`),
  fc.stringMatching(/^[0-9a-f]{64}$/).map((mac) => `t=${now},v1=${mac},v1=${mac},v0=x`),
  fc.constantFrom(
    "",
    " ",
    ",",
    "=",
    "t=,v1=",
    "v1,",
    "sha256=",
    String(now),
    `${now}`.repeat(20),
    "-1",
    "1e9",
    "NaN",
    "application/x-www-form-urlencoded",
    "application/json",
    "gzip",
    "identity",
  ),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .tuple(fc.constantFrom("a", "t=1,", "v1,x ", "=", ",", "%", "\u00ff"), fc.nat(65_536))
    .map(([text, length]) => text.repeat(Math.ceil(length / text.length))),
);

const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((json) => Buffer.from(json)),
  fc.webQueryParameters().map((form) => Buffer.from(`payload=${form}`)),
  fc
    .constantFrom("payload", "payload=%", "payload=%ff", "payload=1&payload=2", "\uFEFF{}", "")
    .map((text) => Buffer.from(text)),
);

/** A header line of any bytes but those that end it. HTTP allows them or does not; either is a 4xx. */
function asLine([name, value]: [string, string]): Buffer {
  return Buffer.from(`${name}: ${value.replaceAll(/[\r\n]/g, "")}\r\n`, "latin1");
}

/** Does something with a large form in a process of its own, whose peak nothing else has raised, and tells how far it rose. */
async function peakMib(work: string): Promise<{ code: string; mib: number }> {
  const script = `
    import { createVerifier } from "@countersign/core";
    import { para } from "@countersign/core/providers";
    const verifier = createVerifier({ provider: para, secret: ${JSON.stringify(SECRET.toString())} });
    const form = Buffer.alloc(5 * 1024 * 1024, "a&");
    const before = process.resourceUsage().maxRSS;
    let code;
    ${work}
    const mib = (process.resourceUsage().maxRSS - before) / 1024;
    console.log(JSON.stringify({ code, mib }));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script],
    { cwd: fileURLToPath(new URL(".", import.meta.url)) },
  );
  return JSON.parse(stdout) as { code: string; mib: number };
}

describe("whatever a sender without the secret puts into headers and body", () => {
  test("a form of millions of fields costs no more memory than its bytes", async () => {
    // Of a parser that makes something of each field, the measure says so.
    expect(await peakMib("new URLSearchParams(form.toString()); code = 'parsed';")).toMatchObject({
      code: "parsed",
      mib: expect.toSatisfy((mib: number) => mib > 100),
    });
    const checking = `
      const headers = {
        "x-webhook-signature": "A".repeat(43) + "=",
        "content-type": "application/x-www-form-urlencoded",
      };
      code = await verifier.check({ headers, body: form }).catch((error) => error.code);`;
    expect(await peakMib(checking)).toMatchObject({
      code: "signature_mismatch",
      mib: expect.toSatisfy((mib: number) => mib < 50),
    });
  });

  test("receive() rejects it with a 4xx and never throws", async () => {
    const receivers = PROVIDERS.map((provider) => createReceiver({ provider, secret: SECRET }));
    const pairs = fc.array(fc.tuple(headerName, headerValue), { maxLength: 8 });
    const headers: fc.Arbitrary<HeadersLike> = fc.oneof(
      pairs,
      pairs.map((entries) => Object.fromEntries(entries)),
      pairs.map((entries) =>
        Object.fromEntries(entries.map(([name, value]) => [name, [value, value]])),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        headers,
        body,
        fc.constantFrom(...receivers),
        async (given, bytes, receiver) => {
          const receipt = await receiver.receive({ headers: given, body: bytes });
          const status = receipt.status === "rejected" ? receipt.error.status : 200;
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 1500 },
    );
  });

  describe("an Express app answers with a 4xx", () => {
    let server: Server;
    const receipts: ReceiptRecord[] = [];
    beforeAll(async () => {
      const app = express();
      for (const provider of PROVIDERS) {
        const options = { provider, secret: SECRET, bodyTimeoutMs: 1000 };
        app.post(
          `/${provider.name}`,
          webhook({ ...options, onReceipt: (receipt) => receipts.push(receipt) }, () => {
            throw new Error("the handler must not run");
          }),
        );
      }
      server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    /** Sends bytes as they are, over a socket of their own; the status of the answer. */
    function statusOf(request: Buffer): Promise<number> {
      const { port } = server.address() as AddressInfo;
      return new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1");
        let answer = "";
        socket.on("connect", () => socket.write(request));
        socket.on("data", (chunk) => {
          answer += chunk.toString("latin1");
          const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
          if (status === undefined) return;
          socket.destroy();
          resolve(Number(status));
        });
        socket.on("error", reject);
        socket.on("close", () => reject(new Error(`closed without an answer: ${answer}`)));
      });
    }

    const path = fc.constantFrom(...PROVIDERS.map(({ name }) => `/${name}`));
    const lines = fc
      .array(fc.tuple(headerName, headerValue), { maxLength: 6 })
      .map((entries) => Buffer.concat(entries.map(asLine)));

    test("for any header bytes, repeated and up to 64 KiB", async () => {
      await fc.assert(
        fc.asyncProperty(path, lines, body, async (to, headers, bytes) => {
          const request = Buffer.concat([
            Buffer.from(
              `POST ${to} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes.length}\r\n`,
            ),
            headers,
            Buffer.from("\r\n"),
            bytes,
          ]);
          const status = await statusOf(request);
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        }),
        { numRuns: 300 },
      );
      // Not all of them failed in the parser of Node.
      expect(receipts.length).toBeGreaterThan(100);
      expect(receipts.every(({ outcome }) => outcome === "rejected")).toBe(true);
    });

    test("for a signature in the right form, and any body, whole, in pieces or broken off", async () => {
      const mac = "0".repeat(64);
      const head = `POST /github HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature-256: sha256=${mac}\r\n`;
      await fc.assert(
        fc.asyncProperty(body, async (bytes) => {
          const whole = Buffer.concat([
            Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n`),
            bytes,
          ]);
          expect(await statusOf(whole)).toBe(401);
          const chunked = Buffer.concat([
            Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`),
            ...(bytes.length === 0
              ? []
              : [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]),
            Buffer.from("0\r\n\r\n"),
          ]);
          expect(await statusOf(chunked)).toBe(401);
        }),
        { numRuns: 100 },
      );
      const late = `${head}Content-Length: 10\r\n\r\n{`;
      expect(await statusOf(Buffer.from(late))).toBe(408);
      const large = `${head}Content-Length: 999999999\r\n\r\n`;
      expect(await statusOf(Buffer.from(large))).toBe(413);
      const packed = `${head}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`;
      expect(await statusOf(Buffer.from(packed))).toBe(415);
    });
  });
});
