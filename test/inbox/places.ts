import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClaimStore } from "@countersign/core";
import type { InboxEngine, ItemClaim } from "@countersign/inbox";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { sqliteStore } from "@countersign/store-sqlite";
import Libsql from "libsql";

export type EngineKind = "sqlite";

/** Where several processes find the same inbox, and the same effects. */
export interface Place {
  readonly kind: EngineKind;
  /** A file, or the server's URL. */
  readonly url: string;
  /** A schema, a prefix, or a name that nobody else uses. */
  readonly name: string;
}

/** A place as one process sees it. An effect is what a handler does to the outside: a row for each run. */
export interface OpenPlace {
  readonly engine: InboxEngine;
  /** For the receiver. */
  readonly store: ClaimStore;
  /** For the inbox, where its engine has no transactions. */
  readonly handled?: ClaimStore;
  /** Adds the effect and completes the claim in one transaction; `beforeCommit` runs inside of it. */
  readonly addEffect: (claim: ItemClaim, event: string, beforeCommit?: () => void) => Promise<void>;
  readonly effects: () => Promise<string[]>;
  /** Deletes everything that was stored. */
  readonly remove: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What an engine needs that is not here, and what it can do. */
export interface EngineUnderTest {
  readonly kind: EngineKind;
  readonly missing: string | undefined;
  readonly inspectable: boolean;
  readonly ordered: boolean;
}

/** Every engine. */
export const engineKinds: readonly EngineUnderTest[] = [
  { kind: "sqlite", missing: undefined, inspectable: true, ordered: true },
];

/** A place that nobody else uses. */
export function newPlace(kind: EngineKind): Place {
  const name = `countersign_test_${crypto.randomUUID().replaceAll("-", "")}`;
  return { kind, name, url: join(mkdtempSync(join(tmpdir(), "countersign-")), "inbox.db") };
}

/** Opens a place, in as many processes as one likes. */
export function openPlace(place: Place): Promise<OpenPlace> {
  return openSqlite(place);
}

async function openSqlite({ url }: Place): Promise<OpenPlace> {
  const own = new Libsql(url);
  own.exec("PRAGMA journal_mode = WAL");
  own.exec("PRAGMA synchronous = NORMAL");
  // The effects have a connection of their own, as another module of an application has.
  const database = new Libsql(url, { timeout: 5000 });
  database.exec("CREATE TABLE IF NOT EXISTS effects (event TEXT)");
  const insert = database.prepare("INSERT INTO effects VALUES (?)");
  const effect = database.transaction(
    (claim: ItemClaim, event: string, beforeCommit: (() => void) | undefined) => {
      insert.run(event);
      void claim.completeIn?.(database);
      beforeCommit?.();
    },
  );
  return {
    engine: sqliteEngine({ database: own, leaseSeconds: 1, pollIntervalMs: 50 }),
    store: sqliteStore({ database: own }),
    addEffect: async (claim, event, beforeCommit) => effect.immediate(claim, event, beforeCommit),
    effects: async () =>
      (database.prepare("SELECT event FROM effects").all() as { event: string }[]).map(
        (row) => row.event,
      ),
    remove: async () => rmSync(join(url, ".."), { recursive: true }),
    close: async () => {
      own.close();
      database.close();
    },
  };
}
