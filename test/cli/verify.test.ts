import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { github, stripe } from "@countersign/core/providers";
import { type SignedRequest, signedRequest } from "@countersign/sender/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BIN,
  countersign,
  environment,
  type Ran,
  records,
  type RunOptions,
} from "./countersign.ts";

const SECRET = "the-canary-secret-of-this-test";
const env = { GITHUB_SECRET: SECRET };
const URL_OF_HOOK = "http://localhost:3000/github?x=1";

let folder: string;
let genuine: SignedRequest;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-verify-"));
  const body = { ref: "refs/heads/it's", note: 'ä & "b"' };
  genuine = await signedRequest({
    provider: github,
    secret: SECRET,
    body,
    type: "push",
    id: "1c2d",
    url: URL_OF_HOOK,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Verifies what is piped in. */
async function verified(input: string | Uint8Array, ...args: string[]): Promise<Ran> {
  const ran = await countersign(
    ["verify", "-", "--provider", "github", "--secret-env", "GITHUB_SECRET", ...args],
    { env, input },
  );
  expect(ran.stdout + ran.stderr).not.toContain(SECRET);
  return ran;
}

function recordedOf({ method, url, headers, body }: SignedRequest): object {
  return {
    countersign: 1,
    receivedAt: "2026-01-31T12:00:00.000Z",
    method,
    url,
    headers: Object.entries(headers),
    body: Buffer.from(body).toString("base64"),
  };
}

function rawHttpOf({ method, headers, body }: SignedRequest, lineEnd = "\r\n"): string {
  const lines = Object.entries({ host: "localhost:3000", ...headers }).map((pair) =>
    pair.join(": "),
  );
  const head = [`${method} /github?x=1 HTTP/1.1`, ...lines].join(lineEnd);
  return `${head}${lineEnd}${lineEnd}${Buffer.from(body).toString("utf8")}`;
}

function curlOf({ url, headers, body }: SignedRequest): string {
  const flags = Object.entries(headers).map(([name, value]) => `  -H '${name}: ${value}' \\\n`);
  const text = Buffer.from(body).toString("utf8").replaceAll("'", `'\\''`);
  return `curl '${url}' \\\n${flags.join("")}  --data-raw '${text}'\n`;
}

function harOf({ method, url, headers, body }: SignedRequest): object {
  const request = {
    method,
    url,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    postData: { mimeType: "application/json", text: Buffer.from(body).toString("utf8") },
  };
  const other = { request: { method: "GET", url, headers: [] } };
  return { log: { entries: [{ request }, other] } };
}

describe("countersign verify takes a genuine delivery", () => {
  const forms: readonly [string, (request: SignedRequest) => string][] = [
    ["saved by countersign", (request) => JSON.stringify(recordedOf(request))],
    ["as raw HTTP", (request) => rawHttpOf(request)],
    ["as raw HTTP from an editor", (request) => rawHttpOf(request, "\n")],
    ["as a curl command", curlOf],
    ["in a HAR file", (request) => JSON.stringify(harOf(request))],
  ];

  test.each(forms)("%s", async (_, write) => {
    const ran = await verified(write(genuine));
    expect(ran.stdout).toContain("✔ verified  github");
    expect(ran.stdout).toMatch(/type +push/);
    expect(ran.stdout).toContain("not covered by the signature: id, type");
    expect(ran.code).toBe(0);
  });

  test("that a browser copied as curl, with $'…'", async () => {
    const curl = `curl '${URL_OF_HOOK}' -H 'X-Hub-Signature-256: ${genuine.headers["x-hub-signature-256"]}' --data-raw $'${Buffer.from(genuine.body).toString("utf8").replaceAll("\\", "\\\\").replaceAll("'", "\\'").replace("ä", "\\u00e4")}'`;
    expect((await verified(curl)).code).toBe(0);
  });

  test("as headers and a body apart, byte for byte", async () => {
    const body = Buffer.from([0, 255, 10, 13, 128]);
    const binary = await signedRequest({ provider: github, secret: SECRET, body });
    const headers = join(folder, "headers.txt");
    writeFileSync(
      headers,
      `POST / HTTP/1.1\r\n${Object.entries(binary.headers)
        .map((pair) => `${pair.join(": ")}\r\n`)
        .join("")}`,
    );
    writeFileSync(join(folder, "body.bin"), body);
    const secretFile = join(folder, "secret");
    writeFileSync(secretFile, `${SECRET}\n`);
    const args = ["--headers", headers, "--body", join(folder, "body.bin"), "--json"];
    const ran = await countersign(
      ["verify", ...args, "--provider", "github", "--secret-file", secretFile],
      { env },
    );
    // The signature is right, and the body is no JSON.
    expect(records(ran.stdout)).toMatchObject([{ verified: false, code: "body_malformed" }]);
  });
});

describe("countersign verify refuses", () => {
  test("a spoilt delivery, and explains it", async () => {
    const spoilt = await signedRequest({
      provider: github,
      secret: SECRET,
      body: { a: 1 },
      tamper: "body",
    });
    const ran = await verified(rawHttpOf(spoilt));
    expect(ran.stdout).toContain("✘ refused  signature_mismatch");
    expect(ran.stdout.split("\n").length).toBeGreaterThan(2);
    expect(ran.code).toBe(1);
  });

  test("a body that was written again, and names the mistake", async () => {
    const pretty = Buffer.from(JSON.stringify({ a: 1, b: [1, 2] }, null, 2));
    const signed = await signedRequest({ provider: github, secret: SECRET, body: pretty });
    const parsed = { ...signed, body: Buffer.from(JSON.stringify({ a: 1, b: [1, 2] })) };
    const ran = await verified(rawHttpOf(parsed), "--json");
    const [record] = records(ran.stdout);
    expect(record).toMatchObject({ verified: false, code: "signature_mismatch" });
    expect(record?.["findings"]).toMatchObject([
      { code: "body_reserialized", confidence: "proven" },
    ]);
    expect(ran.code).toBe(1);
  });

  test("an old delivery, unless the clock is the recorded one", async () => {
    const old = await signedRequest({
      provider: stripe,
      secret: SECRET,
      body: { id: "evt_1" },
      type: "invoice.paid",
      timestamp: new Date("2026-01-31T12:00:00Z"),
    });
    const input = JSON.stringify({ ...recordedOf(old), provider: "stripe" });
    const args = ["verify", "-", "--secret-env", "GITHUB_SECRET", "--json"];
    const now = await countersign(args, { env, input });
    expect(records(now.stdout)).toMatchObject([{ code: "timestamp_expired" }]);
    expect(now.code).toBe(1);
    for (const at of ["recorded", "2026-01-31T12:04:00Z"]) {
      const then = await countersign([...args, "--at", at], { env, input });
      expect(records(then.stdout)).toMatchObject([{ verified: true, id: "evt_1" }]);
      expect(then.code).toBe(0);
    }
  });
});

describe("countersign verify exits with 2", () => {
  const given: readonly [string, readonly string[], RunOptions, RegExp][] = [
    ["without a file", ["verify"], {}, /Give a file/],
    [
      "for a file that is no delivery",
      ["verify", "-"],
      { input: "hello" },
      /no delivery that can be read/,
    ],
    ["without a provider", ["verify", "-"], { input: "GET / HTTP/1.1\r\n\r\n" }, /--provider/],
    [
      "for a provider that is none, and names the closest",
      ["verify", "-", "--provider", "githubb"],
      { input: "GET / HTTP/1.1\r\n\r\n" },
      /Is it github\?/,
    ],
    [
      "without a secret and without anybody to ask",
      ["verify", "-", "--provider", "github"],
      { input: "GET / HTTP/1.1\r\n\r\n" },
      /--secret-env NAME/,
    ],
    [
      "for an environment variable that is not set",
      ["verify", "-", "--provider", "github", "--secret-env", "NOT_SET"],
      { input: "GET / HTTP/1.1\r\n\r\n" },
      /NOT_SET is not set/,
    ],
    ["for an unknown option", ["verify", "--frobnicate"], {}, /unknown option/],
    [
      "for an unknown curl option",
      ["verify", "-"],
      { input: "curl --frobnicate x" },
      /--frobnicate/,
    ],
    ["for a quote that is never closed", ["verify", "-"], { input: "curl 'x" }, /never closed/],
  ];
  test.each(given)("%s", async (_, args, options, message) => {
    const { code, stdout, stderr } = await countersign(args, options);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test.each([["--secret", SECRET], [`--secret=${SECRET}`], ["--secret-env", SECRET]])(
    "for a secret as an argument, without repeating it (%s)",
    async (...args) => {
      const input = "GET / HTTP/1.1\r\n\r\n";
      const ran = await countersign(["verify", "-", "--provider", "github", ...args], { input });
      expect(ran.code).toBe(2);
      expect(ran.stdout + ran.stderr).not.toContain(SECRET);
      expect(ran.stderr).toMatch(/environment/);
    },
  );
});

test("countersign send --print writes what verify takes, and what curl sends is the same", async () => {
  const bodyFile = join(folder, "image.bin");
  const bodies = [
    Buffer.from([0, 1, 2, 200, 255, 10]),
    Buffer.from(`{"it's":"@a\\\\ $HOME \`x\`"}`),
  ];
  for (const [index, body] of bodies.entries()) {
    writeFileSync(bodyFile, body);
    for (const form of ["curl", "http"]) {
      const { bytes } = await countersign(
        [
          "send",
          "github",
          "push",
          "--to",
          URL_OF_HOOK,
          "--body",
          bodyFile,
          "--print",
          form,
          "--secret-env",
          "GITHUB_SECRET",
        ],
        { env },
      );
      const checked = await verified(bytes, "--json");
      const expected = index === 0 ? { code: "body_malformed" } : { verified: true };
      expect(records(checked.stdout)).toMatchObject([expected]);
    }
  }
});

test("countersign providers lists every preset and shows one", async () => {
  const all = await countersign(["providers", "--json"]);
  expect(records(all.stdout).length).toBeGreaterThan(60);
  expect((await countersign(["providers"])).stdout).toContain("X-Hub-Signature-256");
  const { stdout, code } = await countersign(["providers", "stripe"]);
  expect(stdout).toMatch(/signs +\{timestamp\}\.\{body\}/);
  expect(code).toBe(0);
});

test("countersign secret new makes a secret that the provider's receivers take", async () => {
  const { stdout } = await countersign(["secret", "new", "standard-webhooks"]);
  expect(stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
  const again = await countersign(["secret", "new", "standardWebhooks"]);
  expect(again.stdout).not.toBe(stdout);
});

test("countersign secret new makes nothing for a provider that signs with a private key", async () => {
  for (const provider of ["discord", "aws-sns", "sendgrid"]) {
    const { stdout, stderr, code } = await countersign(["secret", "new", provider]);
    expect(stdout).toBe("");
    expect(stderr).toContain("private key");
    expect(code).toBe(2);
  }
});

test("--help has examples, and every command exits with 0 for it", async () => {
  for (const command of ["verify", "send", "providers", "secret new"]) {
    const { stdout, code } = await countersign([...command.split(" "), "--help"]);
    expect(stdout).toContain("Examples:\n");
    expect(code).toBe(0);
  }
});

test("a reader that stops early is no error", async () => {
  const child = spawn(process.execPath, [BIN, "providers"], { env: environment() });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  child.stdout.destroy();
  const [code] = (await once(child, "close")) as [number | null];
  expect([code, said]).toEqual([0, ""]);
});
