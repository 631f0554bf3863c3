import { type LambdaEvent, webhook } from "@countersign/aws-lambda";
import { stripe } from "@countersign/core/providers";
import { createInbox, type Inbox } from "@countersign/inbox";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { signedRequest } from "@countersign/sender/testing";
import { sqliteStore } from "@countersign/store-sqlite";
import Libsql from "libsql";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DATABASE_URL, isReachable } from "../conformance/services.ts";
import { snippetFolder, snippetUnder, writeSnippet } from "../readme/pages.ts";
import { functionUrl, type Way, ways } from "./events.ts";

const secret = "whsec_keep-it-secret-keep-it-safe";

async function deliver(way: Way, id: string, tamper?: "body"): Promise<LambdaEvent> {
  const body = { id, type: "invoice.paid" };
  return way.eventOf(
    await signedRequest({ provider: stripe, secret, body, ...(tamper && { tamper }) }),
  );
}

/** A function with an inbox in memory. */
function open() {
  const database = new Libsql(":memory:");
  const inbox = createInbox({ provider: stripe, engine: sqliteEngine({ database }) });
  const handler = webhook({ provider: stripe, secret, store: sqliteStore({ database }), inbox });
  return { database, inbox, handler };
}

describe.each(ways)("with an inbox, behind $name", (way) => {
  test("a genuine delivery is stored once, before the function returns", async () => {
    const { inbox, handler } = open();
    expect((await handler(await deliver(way, "evt_1"))).statusCode).toBe(200);
    expect((await inbox.list()).map(({ event }) => event.id)).toEqual(["evt_1"]);
    const again = await handler(await deliver(way, "evt_1"));
    expect([again.statusCode, again.body]).toEqual([200, expect.stringContaining("duplicate")]);
    expect(await inbox.list()).toHaveLength(1);
  });

  test("a forged delivery is not stored", async () => {
    const { inbox, handler } = open();
    expect((await handler(await deliver(way, "evt_1", "body"))).statusCode).toBe(401);
    expect(await inbox.list()).toEqual([]);
  });

  test("where the database is away, the sender is asked to come back", async () => {
    const { database, handler } = open();
    database.close();
    const answer = await handler(await deliver(way, "evt_1"));
    expect(answer.statusCode).toBe(503);
    expect({ ...answer.headers, ...answer.multiValueHeaders }).toHaveProperty("retry-after");
  });
});

test("a handler beside an inbox is refused, since it would never run", () => {
  const inbox = createInbox({
    provider: stripe,
    engine: sqliteEngine({ database: new Libsql(":memory:") }),
  });
  expect(() => webhook({ provider: stripe, secret, inbox }, () => {})).toThrow(
    "with an inbox, its worker runs the handler",
  );
});

const hasPostgres = await isReachable("PostgreSQL", DATABASE_URL);

describe.skipIf(!hasPostgres)("the page's function and its worker, on PostgreSQL", () => {
  const name = `cs_lambda_${crypto.randomUUID().slice(0, 8)}`;
  const folder = snippetFolder();
  const admin = new Client({ connectionString: DATABASE_URL });
  let inbox: Inbox;
  let handler: (event: LambdaEvent) => Promise<{ readonly statusCode: number }>;
  const logged: unknown[] = [];

  const imported = async (place: number): Promise<never> =>
    (await import(
      writeSnippet(folder.path, snippetUnder("docs/serverless.md", "AWS Lambda", place))
    )) as never;

  beforeAll(async () => {
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(DATABASE_URL);
    url.pathname = name;
    vi.stubEnv("DATABASE_URL", url.href);
    vi.stubEnv("STRIPE_SECRET", secret);
    vi.spyOn(console, "log").mockImplementation((line) => {
      logged.push(line);
    });
    // Both lose their connections when the database goes, and say so.
    vi.spyOn(console, "error").mockImplementation(() => {});
    ({ inbox } = await imported(2));
    ({ handler } = await imported(1));
  }, 120_000);

  afterAll(async () => {
    await inbox?.stop();
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
    folder.remove();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test("store an event once, and process it after the answer", async () => {
    expect((await handler(await deliver(functionUrl, "evt_1"))).statusCode).toBe(200);
    expect((await handler(await deliver(functionUrl, "evt_1"))).statusCode).toBe(200);
    expect((await handler(await deliver(functionUrl, "evt_2", "body"))).statusCode).toBe(401);
    await expect.poll(() => logged).toEqual(["attempt 1: invoice.paid"]);
    expect((await handler(await deliver(functionUrl, "evt_3"))).statusCode).toBe(200);
    await expect.poll(() => logged).toHaveLength(2);
  });
});
