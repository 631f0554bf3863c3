import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WebhookEvent } from "@countersign/core";
import { stripe } from "@countersign/core/providers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { presets, secretFor } from "../round-trip/presets.ts";
import { servers } from "../round-trip/servers.ts";
import { countersign } from "./countersign.ts";

const SECRET = "the-canary-secret-of-this-test";
const env = { STRIPE_SECRET: SECRET };

describe("countersign send", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-send-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const node = servers.find(({ name }) => name === "node:http");

  test("sends the bytes of a file as they are, and replaces headers", async () => {
    const seen: WebhookEvent[] = [];
    const server = await node?.start({ provider: stripe, secret: SECRET }, (event) => {
      seen.push(event);
      return 200;
    });
    const file = join(folder, "body.json");
    const bytes = Buffer.from(`{ "id" : "evt_file",\r\n "type":"x" }\n`);
    writeFileSync(file, bytes);
    const args = ["send", "stripe", "--to", server?.url ?? "", "--secret-env", "STRIPE_SECRET"];
    const ran = await countersign(
      [...args, "--body", file, "--header", "Content-Type=text/plain"],
      { env },
    );
    await server?.close();
    expect(ran.stdout).toContain("200 OK");
    expect(seen.map(({ rawBody }) => Buffer.from(rawBody))).toEqual([bytes]);
  });

  const various =
    /^(para|paradym|parra|slack|standard-webhooks|twitch-eventsub|square|github|shopify)$/;

  test.each(
    presets
      .filter(({ name }) => various.test(name))
      .map((provider) => [provider.name, provider] as const),
  )("%s: what it prints is verified", async (name, provider) => {
    const secret = { SECRET: secretFor(provider) };
    const options = ["--secret-env", "SECRET"];
    const sent = await countersign(
      ["send", name, "--to", "https://example.com/hooks?a=1", ...options, "--print", "http"],
      { env: secret },
    );
    const checked = await countersign(["verify", "-", "--provider", name, ...options], {
      env: secret,
      input: sent.stdout,
    });
    expect(checked.stdout).toContain("✔ verified");
  });

  test.each([
    [["--to", "ftp://x"], /not an http: or https: URL/],
    [["--to", "http://x", "--tamper", "everything"], /body or signature/],
    [["--to", "http://x", "--age", "soon"], /not a duration/],
    [["--to", "http://x", "--times", "0"], /whole number/],
    [["--to", "http://x", "--set", "nothing"], /name=value/],
    [["--to", "http://x", "--set", "a=1"], /must begin with "\/"/],
    [["--to", "http://x", "--print", "python"], /curl, http or fetch/],
    [[], /--to/],
  ])("%s is a usage error", async (args, message) => {
    const ran = await countersign(
      ["send", "stripe", "x", "--secret-env", "STRIPE_SECRET", ...args],
      { env },
    );
    expect(ran.stderr).toMatch(message);
    expect(ran.code).toBe(2);
  });

  test("nobody at the other end is exit code 1", async () => {
    const ran = await countersign(
      ["send", "stripe", "x", "--to", "http://127.0.0.1:9/", "--secret-env", "STRIPE_SECRET"],
      { env },
    );
    expect(ran.stdout).toContain("no answer: ECONNREFUSED");
    expect(ran.code).toBe(1);
  });
});
