import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReceiver, type ReceiptRecord, type WebhookEvent } from "@countersign/core";
import { github, para, stripe } from "@countersign/core/providers";
import {
  fromFixture,
  type RecordedDelivery,
  signedRequest,
  startReceiver,
  type TestReceiver,
} from "@countersign/sender/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { countersign, type Ran } from "./countersign.ts";
import { listening } from "./listening.ts";

const SECRET = "the-canary-secret-of-this-test";
const env = { SECRET, TEST_SECRET: "a-secret-for-tests" };
const BODY = Buffer.from(
  `{ "id": "evt_1", "type":"invoice.paid",\n "customer": {"email":"jo@example.com"} }`,
);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-replay-"));
  const args = [
    "--route",
    "/stripe=stripe:SECRET",
    "--route",
    "/github=github:SECRET",
    "--save",
    "kept",
  ];
  const { url, deliveries, stop } = await listening(args, env, folder);
  const old = { secret: SECRET, url: `${url}/stripe`, ageSeconds: 3600 };
  await fetch((await signedRequest({ ...old, provider: stripe, body: BODY })).toRequest());
  const push = await signedRequest({
    provider: github,
    secret: SECRET,
    body: BODY,
    type: "push",
    id: "g-1",
    url: `${url}/github`,
    headers: { cookie: "session=1", "x-token": SECRET },
  });
  await fetch(push.toRequest());
  await deliveries(2);
  await stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<Ran> {
  const ran = await countersign([...args, "--from", "kept"], { env, cwd: folder });
  expect(ran.stdout + ran.stderr).not.toContain(SECRET);
  return ran;
}

test("what is saved can be read by the user alone, and holds no secret", () => {
  const kept = join(folder, "kept");
  expect(statSync(kept).mode & 0o777).toBe(0o700);
  expect(readdirSync(kept)).toContain("deliveries.db");
  expect(readFileSync(join(kept, ".gitignore"), "utf8")).toBe("*\n");
  for (const file of readdirSync(kept)) {
    expect(readFileSync(join(kept, file), "latin1")).not.toContain(SECRET);
  }
  expect(statSync(join(kept, "deliveries.db")).mode & 0o777).toBe(0o600);
});

describe("countersign replay", () => {
  let receiver: TestReceiver<WebhookEvent>;
  let receipts: readonly ReceiptRecord[];
  beforeEach(async () => {
    receiver = await startReceiver({ provider: stripe, secret: SECRET });
    ({ receipts } = receiver);
    return () => receiver.close();
  });

  test("sends the same bytes, which are refused by now for their age", async () => {
    const ran = await run("replay", "1", "--to", receiver.url);
    expect(ran.stdout).toContain("401");
    expect(ran.code).toBe(1);
    expect(receipts).toMatchObject([{ code: "timestamp_expired" }]);
  });

  test("--resign gives them the time of now, and --new-id another id", async () => {
    const resign = ["--to", receiver.url, "--secret-env", "SECRET", "--resign"];
    expect((await run("replay", "1", ...resign)).code).toBe(0);
    expect(Buffer.from(receiver.events[0]?.rawBody ?? [])).toEqual(BODY);
    await run("replay", "1", ...resign);
    expect(receipts.at(-1)?.outcome).toBe("duplicate");
    await run("replay", "1", "--to", receiver.url, "--secret-env", "SECRET", "--new-id");
    expect(receipts.at(-1)).toMatchObject({ outcome: "accepted" });
    expect(receiver.events[1]?.id).toMatch(/^evt_[0-9a-f]{32}$/);
  });

  test("--new-id is another event also where the content tells events apart, and a duplicate is named", async () => {
    const pushes = await startReceiver({ provider: github, secret: SECRET });
    const again = ["replay", "2", "--to", pushes.url, "--secret-env", "SECRET"];
    const said = [await run(...again), await run(...again)].map(({ stdout }) => stdout);
    expect(said.map((line) => line.includes("duplicate"))).toEqual([false, true]);
    for (let times = 0; times < 2; times++) {
      const { stdout, code } = await run(...again, "--new-id");
      expect(code).toBe(0);
      expect(stdout).not.toContain("duplicate");
    }
    expect(pushes.events.map(({ body }) => body)).toEqual(Array(3).fill(JSON.parse(String(BODY))));
    await pushes.close();
  });

  test("--new-id says so where such a content can't be changed", async () => {
    writeFileSync(join(folder, "body.txt"), "no JSON");
    const send = ["send", "github", "--to", receiver.url, "--secret-env", "SECRET"];
    const { stdout } = await countersign([...send, "--body", "body.txt", "--print", "http"], {
      env,
      cwd: folder,
    });
    writeFileSync(join(folder, "text.http"), stdout);
    const options = ["--to", receiver.url, "--provider", "github", "--secret-env", "SECRET"];
    const ran = await run("replay", "text.http", ...options, "--new-id");
    expect(ran.stderr).toMatch(/told apart by their content, [^]*countersign send github\s+--body/);
    expect(ran.code).toBe(2);
  });

  test("--failed sends what was not answered with 2xx", async () => {
    const ran = await run(
      "replay",
      "--failed",
      "--to",
      receiver.url,
      "--secret-env",
      "SECRET",
      "--resign",
    );
    expect(ran.stdout.trim().split("\n")).toHaveLength(1);
    expect(receiver.events).toMatchObject([{ id: "evt_1" }]);
  });

  test("takes a file too", async () => {
    const { stdout } = await countersign(
      ["send", "stripe", "x", "--to", receiver.url, "--secret-env", "SECRET", "--print", "http"],
      { env },
    );
    writeFileSync(join(folder, "x.http"), stdout);
    expect((await run("replay", "x.http", "--to", receiver.url)).code).toBe(0);
  });

  test.each([
    [["replay", "99"], /no such delivery/],
    [["replay"], /Name one thing/],
    [["replay", "1", "--last"], /Name one thing/],
    [["replay", "nowhere.json"], /can't be read/],
  ])("%s is a usage error", async (args, message) => {
    const ran = await run(...args, "--to", receiver.url);
    expect(ran.stderr).toMatch(message);
    expect(ran.code).toBe(2);
  });
});

async function fixture(...args: string[]): Promise<RecordedDelivery> {
  return JSON.parse((await run("fixture", ...args)).stdout) as RecordedDelivery;
}

describe("countersign fixture", () => {
  test("prints what fromFixture() makes a request and a clock of", async () => {
    const delivery = fromFixture(await fixture("1"));
    const receiver = createReceiver({ provider: stripe, secret: SECRET, now: delivery.now });
    // It was an hour old when it arrived.
    const response = await receiver.handle(delivery.toRequest(), () => {});
    expect(response.status).toBe(401);
    const atSigning = createReceiver({
      provider: stripe,
      secret: SECRET,
      now: () => delivery.now() - 3_600_000,
    });
    expect((await atSigning.handle(delivery.toRequest(), () => {})).status).toBe(200);
    expect(Buffer.from(delivery.body)).toEqual(BODY);
  });

  test("leaves cookies and tokens out", async () => {
    const { headers, provider } = await fixture("--last");
    const names = headers.map(([name = ""]) => name.toLowerCase());
    expect(names).toContain("x-hub-signature-256");
    expect(names).not.toContain("cookie");
    expect(provider).toBe("github");
  });

  test("redacts a body, and signs it again with a secret for tests", async () => {
    const redacted = await fixture(
      "2",
      "--redact",
      "/customer/email",
      "--secret-env",
      "TEST_SECRET",
    );
    const delivery = fromFixture(redacted);
    expect(Buffer.from(delivery.body).toString()).not.toContain("jo@example.com");
    const seen: WebhookEvent[] = [];
    const receiver = createReceiver({
      provider: github,
      secret: env.TEST_SECRET,
      now: delivery.now,
    });
    const response = await receiver.handle(delivery.toRequest(), (event) => void seen.push(event));
    expect(response.status).toBe(200);
    expect(seen).toMatchObject([
      { id: "g-1", type: "push", body: { id: "evt_1", customer: { email: "[redacted]" } } },
    ]);
  });

  test("signs the decoded field of a form again (Para)", async () => {
    const signed = await signedRequest({
      provider: para,
      secret: SECRET,
      body: { appid: "myapp", event: "question.create", timestamp: Date.now(), items: [] },
      form: true,
      url: "http://localhost/para",
    });
    const recorded = {
      countersign: 1,
      receivedAt: new Date().toISOString(),
      provider: "para",
      method: "POST",
      url: signed.url,
      headers: Object.entries(signed.headers),
      body: Buffer.from(signed.body).toString("base64"),
    };
    writeFileSync(join(folder, "para.json"), JSON.stringify(recorded));
    const delivery = fromFixture(
      await fixture("para.json", "--resign", "--secret-env", "TEST_SECRET"),
    );
    const receiver = createReceiver({ provider: para, secret: env.TEST_SECRET });
    expect((await receiver.handle(delivery.toRequest(), () => {})).status).toBe(200);
  });

  test("says where there is nothing to redact", async () => {
    const ran = await run("fixture", "1", "--redact", "/nothing", "--secret-env", "TEST_SECRET");
    expect(ran.stderr).toContain("nothing at /nothing");
    expect(ran.code).toBe(2);
  });
});
