import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createReceiver, defineProvider, sign } from "@countersign/core";
import { type SqliteDatabase, sqliteStore } from "@countersign/store-sqlite";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nextMessage, startScript } from "../conformance/script.ts";

const LEASE = { leaseMs: 60_000 };
const RETENTION = { retentionMs: 60_000 };

let directory: string;
let file: string;
let opened: Libsql.Database[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-"));
  file = join(directory, "claims.db");
  opened = [];
});

afterEach(() => {
  for (const database of opened) database.close();
  rmSync(directory, { recursive: true });
});

function open(): Libsql.Database {
  const database = new Libsql(file);
  opened.push(database);
  return database;
}

/** For tests that write a lot, and lose nothing that counts. */
function openQuick(): Libsql.Database {
  const database = open();
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  return database;
}

function rows(database: SqliteDatabase, table = "countersign_claims"): number {
  const [row] = database.prepare(`SELECT count(*) AS count FROM "${table}"`).all();
  return (row as { count: number }).count;
}

describe("sqliteStore", () => {
  it("remembers events over a restart", async () => {
    const before = open();
    const first = sqliteStore({ database: before });
    await first.claim("done", { token: "a", ...LEASE });
    await first.complete("done", { token: "a", ...RETENTION });
    await first.claim("held", { token: "b", ...LEASE });
    before.close();
    opened = [];

    const second = sqliteStore({ database: open() });
    expect(await second.claim("done", { token: "c", ...LEASE })).toEqual({ status: "processed" });
    expect(await second.claim("held", { token: "d", ...LEASE })).toMatchObject({
      status: "in_flight",
    });
    expect(await second.complete("held", { token: "b", ...RETENTION })).toBe(true);
  });

  it.each(["WAL", "DELETE"])(
    "grants each event once to four processes on one file, in journal mode %s",
    async (mode) => {
      open().exec(`PRAGMA journal_mode = ${mode}`);
      const events = 200;
      const script = new URL("claimer.ts", import.meta.url);
      const processes = Array.from({ length: 4 }, () => startScript(script, file, String(events)));
      await Promise.all(processes.map((child) => nextMessage(child)));
      const won = await Promise.all(
        processes.map((child) => {
          child.send("go");
          return nextMessage<number[]>(child);
        }),
      );
      expect(won.flat().toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: events }, (_, event) => event),
      );
      expect(rows(open())).toBe(events);
    },
    120_000,
  );

  it("quotes the name of its table", async () => {
    const database = open();
    const table = `claims"; DROP TABLE orders; --`;
    database.exec("CREATE TABLE orders (id TEXT)");
    const store = sqliteStore({ database, table });
    expect(await store.claim("event", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
    expect(rows(database, table.replaceAll('"', '""'))).toBe(1);
    expect(rows(database, "orders")).toBe(0);
  });

  it("refuses a file name in place of a database", () => {
    for (const given of [{ database: "claims.db" }, {}, undefined]) {
      expect(() => sqliteStore(given as never)).toThrow(
        expect.objectContaining({ code: "config_invalid" }),
      );
    }
  });

  it("deletes records whose time is over, a batch at a time", async () => {
    const database = open();
    const store = sqliteStore({ database });
    await Promise.all(
      Array.from({ length: 300 }, async (_, event) =>
        store.claim(`event ${event}`, { token: "a", leaseMs: 1 }),
      ),
    );
    await store.claim("held", { token: "a", ...LEASE });
    await sleep(20);
    expect(await store.deleteExpired()).toBe(256);
    expect(await store.deleteExpired()).toBe(44);
    expect(await store.deleteExpired()).toBe(0);
    expect(rows(database)).toBe(1);
  });

  it("keeps its table small by itself", async () => {
    const database = openQuick();
    const store = sqliteStore({ database });
    for (let event = 0; event < 1000; event++) {
      await store.claim(`event ${event}`, { token: "a", ...LEASE });
      await store.complete(`event ${event}`, { token: "a", retentionMs: 1 });
    }
    expect(rows(database)).toBeLessThan(200);
  });

  it("keeps its table small where processes end long before they have completed many events", async () => {
    const database = openQuick();
    for (let event = 0; event < 1500; event++) {
      const store = sqliteStore({ database });
      await store.claim(`event ${event}`, { token: "a", ...LEASE });
      await store.complete(`event ${event}`, { token: "a", retentionMs: 1 });
    }
    expect(rows(database)).toBeLessThan(1300);
  });

  it("finds expired records behind any number of live ones", async () => {
    const database = openQuick();
    const store = sqliteStore({ database });
    await Promise.all(
      Array.from({ length: 600 }, async (_, event) =>
        store.claim(`event ${event}`, { token: "a", ...LEASE }),
      ),
    );
    await store.claim("event over", { token: "a", leaseMs: 1 });
    await sleep(20);
    expect(await store.deleteExpired()).toBe(1);
    expect(await store.deleteExpired()).toBe(0);
    expect(rows(database)).toBe(600);
  });

  it("keeps its table small where keys begin with the time", async () => {
    const database = openQuick();
    for (let event = 0; event < 1500; event++) {
      const store = sqliteStore({ database });
      const key = `event ${10_000 + event}`;
      await store.claim(key, { token: "a", ...LEASE });
      await store.complete(key, { token: "a", retentionMs: event < 1000 ? 1 : 60_000 });
    }
    expect(rows(database)).toBeLessThan(1300);
  });

  it("takes over a table that an earlier version made, with an index", async () => {
    const database = open();
    database.exec(`
      CREATE TABLE countersign_claims (
        key TEXT NOT NULL PRIMARY KEY, token TEXT, expires_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX countersign_claims_expires_at ON countersign_claims (expires_at);
      INSERT INTO countersign_claims VALUES
        ('done', NULL, ${Date.now() + 60_000}), ('held', 'a', ${Date.now() + 60_000}), ('over', 'a', 0)`);
    const store = sqliteStore({ database });
    expect(await store.claim("done", { token: "b", ...LEASE })).toEqual({ status: "processed" });
    expect(await store.complete("held", { token: "a", ...RETENTION })).toBe(true);
    expect(await store.deleteExpired()).toBe(1);
    const indexes = database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    );
    expect(indexes.all()).toEqual([]);
    expect(await store.claim("over", { token: "b", ...LEASE })).toEqual({ status: "claimed" });
  });

  describe("with many events at once", () => {
    it("commits them together, and answers each for itself", async () => {
      const database = open();
      const commits = countCommits(database);
      const store = sqliteStore({ database });
      const before = commits();
      const claims = await Promise.all(
        Array.from({ length: 100 }, async (_, n) =>
          store.claim(`event ${n % 50}`, { token: `${n}`, ...LEASE }),
        ),
      );
      expect(commits() - before).toBe(2);
      expect(claims.slice(0, 50)).toEqual(
        Array.from({ length: 50 }, () => ({ status: "claimed" })),
      );
      for (const { status } of claims.slice(50)) expect(status).toBe("in_flight");
      const completed = await Promise.all(
        Array.from({ length: 100 }, async (_, n) =>
          store.complete(`event ${n % 50}`, { token: `${n}`, ...RETENTION }),
        ),
      );
      expect(completed).toEqual(Array.from({ length: 100 }, (_, n) => n < 50));
    });

    it("answers none before it is committed", async () => {
      const database = open();
      database.exec("PRAGMA journal_mode = WAL");
      const store = sqliteStore({ database: open(), busyTimeoutMs: 200 });
      database.exec("BEGIN IMMEDIATE");
      const answers = ["a", "b", "c"].map(async (key) =>
        store.claim(key, { token: key, ...LEASE }),
      );
      const outcomes = await Promise.allSettled(answers);
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
      database.exec("COMMIT");
      expect(rows(database)).toBe(0);
    });

    it("answers the duplicates among them while others wait for the lock", async () => {
      const writer = open();
      writer.exec("PRAGMA journal_mode = WAL");
      const store = sqliteStore({ database: open() });
      await store.claim("held", { token: "a", ...LEASE });
      writer.exec("BEGIN IMMEDIATE");
      const news = ["b", "c", "d"].map(async (key) => store.claim(key, { token: key, ...LEASE }));
      expect(await store.claim("held", { token: "e", ...LEASE })).toMatchObject({
        status: "in_flight",
      });
      writer.exec("COMMIT");
      expect(await Promise.all(news)).toEqual(news.map(() => ({ status: "claimed" })));
    });

    it("keeps one that can't be written from failing the others", async () => {
      const store = sqliteStore({ database: open() });
      const keys = ["a", "b", Symbol("no key") as never, "c"];
      const outcomes = await Promise.allSettled(
        keys.map(async (key) => store.claim(key, { token: "t", ...LEASE })),
      );
      expect(outcomes.map(({ status }) => status)).toEqual([
        "fulfilled",
        "fulfilled",
        "rejected",
        "fulfilled",
      ]);
    });
  });

  it("refuses a driver that does not say how many records a statement changed", async () => {
    const database = open();
    const silent: SqliteDatabase = {
      exec: (sql) => database.exec(sql),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          all: (...values) => statement.all(...values),
          run: (...values) => void statement.run(...values),
        };
      },
    };
    const store = sqliteStore({ database: silent });
    await expect(store.claim("event", { token: "a", ...LEASE })).rejects.toThrow(
      "does not say how many records",
    );
    expect(rows(database)).toBe(0);
  });

  describe("beside transactions of the user's on its own connection", () => {
    it("waits for them, and does not roll back with them", async () => {
      const database = open();
      database.exec("CREATE TABLE orders (id TEXT)");
      const store = sqliteStore({ database });
      await store.claim("event", { token: "a", leaseMs: 2000 });
      database.exec("BEGIN");
      database.exec("INSERT INTO orders VALUES ('1')");
      const extended = store.extend("event", { token: "a", ...LEASE });
      await sleep(50);
      database.exec("ROLLBACK");
      expect(await extended).toBe(true);
      await sleep(2000);
      expect(await store.claim("event", { token: "b", ...LEASE })).toMatchObject({
        status: "in_flight",
      });
      expect(rows(database, "orders")).toBe(0);
    });

    it("says what is wrong where one stays open", async () => {
      const database = open();
      const store = sqliteStore({ database, busyTimeoutMs: 50 });
      database.exec("BEGIN");
      await expect(store.claim("event", { token: "a", ...LEASE })).rejects.toThrow(
        "your transaction open on its connection",
      );
      database.exec("ROLLBACK");
      expect(await store.claim("event", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
    });

    it("can be made while one is open", async () => {
      const database = open();
      database.exec("BEGIN");
      const store = sqliteStore({ database });
      database.exec("ROLLBACK");
      expect(await store.claim("event", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
    });
  });

  describe("beside writers on other connections", () => {
    it("waits for the lock without blocking the process, and answers duplicates meanwhile", async () => {
      const writer = open();
      writer.exec("PRAGMA journal_mode = WAL");
      const store = sqliteStore({ database: open() });
      await store.claim("held", { token: "a", ...LEASE });
      writer.exec("BEGIN IMMEDIATE");
      const claimed = store.claim("event", { token: "b", ...LEASE });
      expect(await store.claim("held", { token: "c", ...LEASE })).toMatchObject({
        status: "in_flight",
      });
      await sleep(30);
      writer.exec("COMMIT");
      expect(await claimed).toEqual({ status: "claimed" });
    });

    it("commits what it writes after a lock was in the way", async () => {
      // libsql keeps a prepared statement open that failed for a lock, and then commits nothing on that connection.
      const other = open();
      other.exec("PRAGMA journal_mode = WAL");
      const store = sqliteStore({ database: open(), busyTimeoutMs: 5 });
      other.exec("BEGIN IMMEDIATE");
      await expect(store.claim("first", { token: "a", ...LEASE })).rejects.toThrow("locked");
      other.exec("COMMIT");
      expect(await store.claim("second", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
      expect(rows(other)).toBe(1);
      other.exec("BEGIN IMMEDIATE");
      other.exec("COMMIT");
    });
  });

  describe("completeIn", () => {
    it("refuses a connection without a transaction", async () => {
      const database = open();
      const store = sqliteStore({ database });
      await store.claim("event", { token: "a", ...LEASE });
      expect(() => store.completeIn(database, "event", { token: "a", ...RETENTION })).toThrow(
        expect.objectContaining({ code: "config_invalid" }),
      );
      expect(await store.release("event", { token: "a" })).toBe(true);
    });

    it("leaves the connection fit for the next transaction where a lock is in the way", async () => {
      const database = open();
      database.exec("PRAGMA journal_mode = WAL");
      const other = open();
      const store = sqliteStore({ database });
      await store.claim("event", { token: "a", ...LEASE });
      const attempt = database.transaction(() => {
        rows(database);
        return store.completeIn(database, "event", { token: "a", ...RETENTION });
      });
      other.exec("BEGIN IMMEDIATE");
      expect(() => attempt()).toThrow("locked");
      other.exec("COMMIT");
      expect(attempt()).toBe(true);
      expect(
        await sqliteStore({ database: other }).claim("event", { token: "b", ...LEASE }),
      ).toEqual({ status: "processed" });
    });

    it("rolls a synchronous transaction back where the claim is lost", async () => {
      const database = open();
      database.exec("CREATE TABLE orders (id TEXT)");
      const short = await receiverOn(database, 0.05);
      const stale = await short.accept("evt_1");
      await sleep(80);
      const { store, accept } = await receiverOn(database, 60);
      const holder = await accept("evt_1");
      const order = database.transaction((claim: typeof stale) => {
        database.prepare("INSERT INTO orders VALUES ('1')").run();
        void claim.completeIn?.(database);
      });
      expect(() => order(stale)).toThrow(expect.objectContaining({ code: "claim_lost" }));
      expect(rows(database, "orders")).toBe(0);
      expect(stale.signal.aborted).toBe(true);
      order(holder);
      expect(rows(database, "orders")).toBe(1);
      expect(await holder.complete()).toBe(true);
      expect(await store.claim(holder.key ?? "", { token: "x", ...LEASE })).toEqual({
        status: "processed",
      });
    });

    it("can be repeated in a transaction that is run again", async () => {
      const database = open();
      const { accept } = await receiverOn(database, 60);
      const claim = await accept("evt_1");
      const attempt = database.transaction((fails: boolean) => {
        void claim.completeIn?.(database);
        if (fails) throw new Error("try again");
      });
      expect(() => attempt(true)).toThrow("try again");
      attempt(false);
      expect(await claim.complete()).toBe(true);
    });

    it("takes a transaction on another connection, while heartbeats of other claims wait", async () => {
      const database = open();
      database.exec("PRAGMA journal_mode = WAL");
      const own = open();
      const store = sqliteStore({ database: own });
      await store.claim("event", { token: "a", ...LEASE });
      await store.claim("other", { token: "b", ...LEASE });
      database.exec("BEGIN IMMEDIATE");
      const heartbeat = store.extend("other", { token: "b", ...LEASE });
      expect(store.completeIn(database, "event", { token: "a", ...RETENTION })).toBe(true);
      expect(await store.claim("event", { token: "c", ...LEASE })).toMatchObject({
        status: "in_flight",
      });
      database.exec("COMMIT");
      expect(await heartbeat).toBe(true);
      expect(await store.claim("event", { token: "c", ...LEASE })).toEqual({ status: "processed" });
    });
  });
});

/** Returns a function that tells how many transactions have been committed by statements of their own. */
function countCommits(database: Libsql.Database): () => number {
  let commits = 0;
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    if (sql === "COMMIT") commits++;
    return exec(sql);
  };
  return () => commits;
}

const acme = defineProvider({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{body}" },
  id: { body: "/id" },
  dedup: "id",
});
const secret = "a secret of thirty-two characters";

async function receiverOn(database: Libsql.Database, leaseSeconds: number) {
  const store = sqliteStore({ database });
  const receiver = createReceiver({
    provider: acme,
    secret,
    store,
    leaseSeconds,
    // No heartbeat: the lease ends as it was given.
    maxProcessingSeconds: 0.001,
  });
  async function accept(id: string) {
    const receipt = await receiver.receive(
      await sign({ body: { id } }, { provider: acme, secret }),
    );
    if (receipt.status !== "accepted") throw new Error(`expected accepted, got ${receipt.status}`);
    return receipt.claim;
  }
  return { store, accept };
}
