import type { ClaimResult, ClaimStore } from "../claims/claim-store.ts";
import { assert, assertEqual } from "./assert.ts";

/** One statement about a store. `run` rejects where it does not hold. */
export interface ClaimStoreCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** What {@link claimStoreCases} needs of the store that it examines. */
export interface ClaimStoreUnderTest {
  /**
   * Gives a store that is ready for use. Called once in each case; may give the same one every time, and it need not be empty, since
   * every case takes keys of its own.
   */
  readonly createStore: () => ClaimStore | Promise<ClaimStore>;
  /**
   * A short lease, in milliseconds: the cases about lapsed leases really wait for it. Longer than the step of the store's clock,
   * and a quarter of the longest pause that store and machine may make between two calls. Default 200.
   */
  readonly shortLeaseMs?: number;
  /**
   * For stores with `completeIn`: runs `work` in a transaction as a user would, commits when it resolves, and rolls back and
   * rejects when it rejects. `client` is what `completeIn` takes.
   */
  readonly transaction?: (work: (client: never) => Promise<void>) => Promise<void>;
}

/** Longer than any test runs. */
const LONG_MS = 600_000;

/** Keys that a store which builds queries, patterns or paths from them would trip over. */
const HOSTILE_KEYS: readonly string[] = [
  "",
  " ",
  "'",
  `"`,
  "`",
  "\\",
  "'; DROP TABLE countersign_claims; --",
  "$1 ? :key @key %s %_",
  "{tag}:{}{",
  "*?[a-z]",
  "a:b::c",
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "null",
  "0",
  "-1",
  "line\r\nbreak\ttab",
  "e\u0301 \u00e9 \u212b \u00c5",
  "\u{1f9fe}\u{1f469}\u200d\u{1f4bb}",
];

/** Keys that are alike to a store which folds case, trims, or normalizes. */
const SIMILAR_KEYS: readonly string[] = [
  "Event",
  "event",
  "EVENT",
  "event ",
  " event",
  "event\t",
  "\u00e9vent",
  "e\u0301vent",
  "evene",
];

/**
 * The conformance suite of claim stores: what a receiver relies on, each as a case of its own, for any test runner.
 *
 * To write a store for another database, implement the four methods of {@link ClaimStore} so that each is one conditional write
 * there, and run these cases against the real server. They take about thirty times `shortLeaseMs`.
 *
 * @param underTest how to get a store, and what is special about it
 * @returns the cases, independent of each other; they may run at the same time
 *
 * @example
 * ```ts
 * import { claimStoreCases } from "@countersign/core/testing";
 * import { describe, it } from "node:test";
 *
 * describe("dynamoStore", () => {
 *   for (const { name, run } of claimStoreCases({ createStore: () => dynamoStore({ client, table }) })) {
 *     it(name, run);
 *   }
 * });
 * ```
 */
export function claimStoreCases({
  createStore,
  shortLeaseMs = 200,
  transaction,
}: ClaimStoreUnderTest): readonly ClaimStoreCase[] {
  /** A lease that the next call still has to find, however busy the machine is, and whose end is waited for. */
  const roomyLeaseMs = shortLeaseMs * 4;
  const define = (name: string, run: (bench: Bench) => Promise<void>): ClaimStoreCase => ({
    name,
    run: async () => run(new Bench(await createStore())),
  });

  const cases = [
    define("the first claim of an event is granted", async (bench) => {
      await bench.expectClaimed(bench.newKey());
    }),

    define("a second claim is told how long the first still holds", async (bench) => {
      const key = bench.newKey();
      await bench.expectClaimed(key, LONG_MS);
      const result = await bench.claim(key, LONG_MS);
      assert(
        result.status === "in_flight" &&
          result.retryAfterMs > LONG_MS / 2 &&
          result.retryAfterMs <= LONG_MS,
        `a second claim, under a lease of ${LONG_MS} ms: expected in_flight with the rest of it in retryAfterMs, got ${JSON.stringify(result)}`,
      );
    }),

    define("a completed event is processed, for every later claim", async (bench) => {
      const key = bench.newKey();
      const token = await bench.expectClaimed(key);
      assertEqual(await bench.complete(key, token), true, "complete by the holder");
      await bench.expectStatus(key, "processed");
      await bench.expectStatus(key, "processed");
    }),

    define("a released event can be claimed again", async (bench) => {
      const key = bench.newKey();
      const token = await bench.expectClaimed(key);
      assertEqual(await bench.release(key, token), true, "release by the holder");
      const next = await bench.expectClaimed(key);
      assertEqual(await bench.complete(key, next), true, "complete by the next holder");
      await bench.expectStatus(key, "processed");
    }),

    define("a lapsed lease lets another claim in", async (bench) => {
      const key = bench.newKey();
      await bench.expectClaimed(key, roomyLeaseMs);
      await bench.expectStatus(key, "in_flight");
      await sleep(roomyLeaseMs * 1.2);
      await bench.expectClaimed(key);
    }),

    define("a stale holder can neither extend, complete nor release", async (bench) => {
      const key = bench.newKey();
      const stale = await bench.expectClaimed(key, shortLeaseMs);
      await sleep(shortLeaseMs * 1.5);
      const holder = await bench.expectClaimed(key);
      assertEqual(await bench.extend(key, stale, LONG_MS), false, "extend by the stale holder");
      assertEqual(await bench.complete(key, stale), false, "complete by the stale holder");
      assertEqual(await bench.release(key, stale), false, "release by the stale holder");
      await bench.expectStatus(key, "in_flight");
      assertEqual(await bench.complete(key, holder), true, "complete by the holder");
    }),

    define("a lease that ended can't be revived, though nobody took over", async (bench) => {
      const [extended, completed] = [bench.newKey(), bench.newKey()];
      const first = await bench.expectClaimed(extended, shortLeaseMs);
      const second = await bench.expectClaimed(completed, shortLeaseMs);
      await sleep(shortLeaseMs * 1.5);
      assertEqual(await bench.extend(extended, first, LONG_MS), false, "extend after the lease");
      assertEqual(await bench.complete(completed, second), false, "complete after the lease");
      await bench.expectClaimed(extended);
      await bench.expectClaimed(completed);
    }),

    define("releasing after the lease leaves the event free", async (bench) => {
      const key = bench.newKey();
      const token = await bench.expectClaimed(key, shortLeaseMs);
      await sleep(shortLeaseMs * 1.5);
      await bench.release(key, token);
      await bench.expectClaimed(key);
    }),

    define("extending renews the lease from now on", async (bench) => {
      const key = bench.newKey();
      const token = await bench.expectClaimed(key, roomyLeaseMs);
      assertEqual(await bench.extend(key, token, LONG_MS), true, "extend by the holder");
      await sleep(roomyLeaseMs * 1.2);
      await bench.expectStatus(key, "in_flight");
      assertEqual(await bench.extend(key, token, shortLeaseMs), true, "a shorter extend");
      await sleep(shortLeaseMs * 1.5);
      await bench.expectClaimed(key);
    }),

    define("nobody without a claim can extend, complete or release", async (bench) => {
      const [unknown, held, processed] = [bench.newKey(), bench.newKey(), bench.newKey()];
      const holder = await bench.expectClaimed(held);
      assertEqual(
        await bench.complete(processed, await bench.expectClaimed(processed)),
        true,
        "complete",
      );
      for (const key of [unknown, held, processed]) {
        const stranger = crypto.randomUUID();
        assertEqual(await bench.extend(key, stranger, LONG_MS), false, "extend by a stranger");
        assertEqual(await bench.complete(key, stranger), false, "complete by a stranger");
        assertEqual(await bench.release(key, stranger), false, "release by a stranger");
      }
      await bench.expectClaimed(unknown);
      await bench.expectStatus(processed, "processed");
      assertEqual(await bench.release(held, holder), true, "release by the holder");
    }),

    define(
      "a processed event can be neither extended nor released by who processed it",
      async (bench) => {
        const key = bench.newKey();
        const token = await bench.expectClaimed(key);
        assertEqual(await bench.complete(key, token), true, "complete by the holder");
        assertEqual(await bench.extend(key, token, 1), false, "extend after complete");
        assertEqual(await bench.release(key, token), false, "release after complete");
        await sleep(shortLeaseMs / 4);
        await bench.expectStatus(key, "processed");
      },
    ),

    define("completing outlasts the lease", async (bench) => {
      const key = bench.newKey();
      const token = await bench.expectClaimed(key, roomyLeaseMs);
      assertEqual(await bench.complete(key, token), true, "complete by the holder");
      await sleep(roomyLeaseMs * 1.2);
      await bench.expectStatus(key, "processed");
    }),

    define("a record is forgotten when its retention is over", async (bench) => {
      const key = bench.newKey();
      const token = await bench.expectClaimed(key, LONG_MS);
      assertEqual(await bench.complete(key, token, roomyLeaseMs), true, "complete by the holder");
      await bench.expectStatus(key, "processed");
      await sleep(roomyLeaseMs * 1.2);
      await bench.expectClaimed(key);
    }),

    define("of 50 claims at the same time exactly one is granted", async (bench) => {
      const key = bench.newKey();
      const results = await Promise.all(
        Array.from({ length: 50 }, () => bench.claim(key, LONG_MS)),
      );
      const count = (status: ClaimResult["status"]): number =>
        results.filter((result) => result.status === status).length;
      assertEqual([count("claimed"), count("in_flight")], [1, 49], "[claimed, in_flight]");
      assert(
        results.every((result) => result.status !== "in_flight" || result.retryAfterMs > 0),
        `retryAfterMs must be above 0: ${JSON.stringify(results)}`,
      );
    }),

    define(
      "of 50 claims on a lapsed lease at the same time exactly one is granted",
      async (bench) => {
        const key = bench.newKey();
        await bench.expectClaimed(key, shortLeaseMs);
        await sleep(shortLeaseMs * 1.5);
        const results = await Promise.all(
          Array.from({ length: 50 }, () => bench.claim(key, LONG_MS)),
        );
        assertEqual(
          results.filter(({ status }) => status === "claimed").length,
          1,
          "claims granted",
        );
      },
    ),

    define(
      "of 20 completions by one holder and 20 by strangers only the holder's counts",
      async (bench) => {
        const key = bench.newKey();
        const token = await bench.expectClaimed(key);
        const strangers = await Promise.all(
          Array.from({ length: 20 }, () => bench.complete(key, crypto.randomUUID())),
        );
        assertEqual(strangers.includes(true), false, "complete by strangers");
        const own = await Promise.all(Array.from({ length: 20 }, () => bench.complete(key, token)));
        assertEqual(own.includes(true), true, "complete by the holder");
        await bench.expectStatus(key, "processed");
      },
    ),

    define("different events do not meet", async (bench) => {
      const keys = Array.from({ length: 20 }, () => bench.newKey());
      const tokens = await Promise.all(keys.map((key) => bench.expectClaimed(key)));
      await Promise.all(
        keys.map(async (key, index) => {
          const token = tokens[index] ?? "";
          return index % 2 === 0 ? bench.complete(key, token) : bench.release(key, token);
        }),
      );
      const results = await Promise.all(keys.map((key) => bench.claim(key, LONG_MS)));
      assertEqual(
        results.map(({ status }) => status),
        keys.map((_, index) => (index % 2 === 0 ? "processed" : "claimed")),
        "the even ones were completed, the odd ones released",
      );
    }),

    define("a key is taken byte for byte, whatever is in it", async (bench) => {
      const prefix = bench.newKey();
      for (const [index, hostile] of HOSTILE_KEYS.entries()) {
        await bench.expectLifecycle(`${prefix}${hostile}`, `hostile key ${index}`);
      }
      await bench.expectLifecycle(`${prefix}${"k".repeat(1024 - prefix.length)}`, "a key of 1 KiB");
    }),

    define("keys that are merely similar are different", async (bench) => {
      const prefix = bench.newKey();
      for (const similar of SIMILAR_KEYS) {
        await bench.expectClaimed(`${similar}${prefix}${similar}`);
      }
    }),

    define("fractions of a millisecond are taken", async (bench) => {
      const key = bench.newKey();
      const token = await bench.expectClaimed(key, 1000.5);
      assertEqual(await bench.extend(key, token, 333_333.333), true, "extend");
      assertEqual(await bench.complete(key, token, 99_999.9), true, "complete");
      await bench.expectStatus(key, "processed");
    }),
  ];
  return transaction === undefined ? cases : [...cases, ...transactionCases(transaction)];

  function transactionCases(
    transact: NonNullable<ClaimStoreUnderTest["transaction"]>,
  ): readonly ClaimStoreCase[] {
    return [
      define("completing in a transaction counts when it commits", async (bench) => {
        const key = bench.newKey();
        const token = await bench.expectClaimed(key);
        await transact(async (client) => {
          assertEqual(await bench.completeIn(client, key, token), true, "completeIn by the holder");
        });
        await bench.expectStatus(key, "processed");
        assertEqual(await bench.release(key, token), false, "release after the commit");
      }),

      define("completing in a transaction that rolls back leaves the claim", async (bench) => {
        const key = bench.newKey();
        const token = await bench.expectClaimed(key);
        let completed: boolean | undefined;
        const rolledBack = new Error("roll back");
        const outcome: unknown = await transact(async (client) => {
          completed = await bench.completeIn(client, key, token);
          throw rolledBack;
        }).catch((error: unknown) => error);
        assert(
          outcome === rolledBack,
          `transaction: expected its work's own error, got ${String(outcome)}`,
        );
        assertEqual(completed, true, "completeIn by the holder");
        await bench.expectStatus(key, "in_flight");
        assertEqual(await bench.release(key, token), true, "release after the roll back");
        await bench.expectClaimed(key);
      }),

      define("a stale holder can't complete in a transaction", async (bench) => {
        const [taken, lapsed] = [bench.newKey(), bench.newKey()];
        const first = await bench.expectClaimed(taken, shortLeaseMs);
        const second = await bench.expectClaimed(lapsed, shortLeaseMs);
        await sleep(shortLeaseMs * 1.5);
        await bench.expectClaimed(taken);
        await transact(async (client) => {
          assertEqual(
            await bench.completeIn(client, taken, first),
            false,
            "completeIn, taken over",
          );
          assertEqual(await bench.completeIn(client, lapsed, second), false, "completeIn, lapsed");
        });
        await bench.expectStatus(taken, "in_flight");
        await bench.expectClaimed(lapsed);
      }),

      define(
        "a lease that ends while the transaction waits is told by the wall clock",
        async (bench) => {
          const key = bench.newKey();
          const token = await bench.expectClaimed(key, shortLeaseMs);
          await transact(async (client) => {
            await sleep(shortLeaseMs * 1.5);
            assertEqual(
              await bench.completeIn(client, key, token),
              false,
              "completeIn after the lease",
            );
          });
          await bench.expectClaimed(key);
        },
      ),

      define(
        "an open transaction's completion is not believed before it commits",
        async (bench) => {
          const key = bench.newKey();
          const token = await bench.expectClaimed(key);
          let asked: Promise<ClaimResult> | undefined;
          const outcome: unknown = await transact(async (client) => {
            assertEqual(
              await bench.completeIn(client, key, token),
              true,
              "completeIn by the holder",
            );
            asked = bench.claim(key, LONG_MS);
            await sleep(shortLeaseMs / 4);
            throw new Error("roll back");
          }).catch((error: unknown) => error);
          const result = await asked;
          assert(
            result?.status === "in_flight",
            `a claim while the transaction was open: expected in_flight, got ${JSON.stringify(result)} (${String(outcome)})`,
          );
        },
      ),
    ];
  }
}

/** A store with the calls of the cases written short. */
class Bench {
  readonly #store: ClaimStore;

  constructor(store: ClaimStore) {
    this.#store = store;
  }

  newKey(): string {
    return `case:${crypto.randomUUID()}:`;
  }

  async claim(key: string, leaseMs: number): Promise<ClaimResult> {
    return this.#store.claim(key, { token: crypto.randomUUID(), leaseMs });
  }

  async extend(key: string, token: string, leaseMs: number): Promise<boolean> {
    return this.#store.extend(key, { token, leaseMs });
  }

  async complete(key: string, token: string, retentionMs: number = LONG_MS): Promise<boolean> {
    return this.#store.complete(key, { token, retentionMs });
  }

  async release(key: string, token: string): Promise<boolean> {
    return this.#store.release(key, { token });
  }

  async completeIn(client: never, key: string, token: string): Promise<boolean> {
    assert(
      this.#store.completeIn !== undefined,
      "a `transaction` was given, but the store has no completeIn",
    );
    return this.#store.completeIn(client, key, { token, retentionMs: LONG_MS });
  }

  /** Claims, and gives the token. */
  async expectClaimed(key: string, leaseMs: number = LONG_MS): Promise<string> {
    const token = crypto.randomUUID();
    const result = await this.#store.claim(key, { token, leaseMs });
    assertEqual(result, { status: "claimed" }, `claim of ${JSON.stringify(key)}`);
    return token;
  }

  async expectStatus(key: string, status: "in_flight" | "processed"): Promise<void> {
    const result = await this.claim(key, LONG_MS);
    assertEqual(result.status, status, `claim of ${JSON.stringify(key)}`);
  }

  async expectLifecycle(key: string, what: string): Promise<void> {
    const first = await this.expectClaimed(key);
    await this.expectStatus(key, "in_flight");
    assertEqual(await this.extend(key, first, LONG_MS), true, `extend of ${what}`);
    assertEqual(await this.release(key, first), true, `release of ${what}`);
    const second = await this.expectClaimed(key);
    assertEqual(await this.complete(key, second), true, `complete of ${what}`);
    await this.expectStatus(key, "processed");
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
