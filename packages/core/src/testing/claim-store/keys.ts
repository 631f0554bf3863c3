import { assertEqual } from "../assert.ts";
import { type CaseTable, LONG_MS } from "./bench.ts";

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

/** States that keys are told apart byte for byte. */
export const keyCases: CaseTable = {
  "different events do not meet": async (bench) => {
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
  },

  "a key is taken byte for byte, whatever is in it": async (bench) => {
    const prefix = bench.newKey();
    for (const [index, hostile] of HOSTILE_KEYS.entries()) {
      await bench.expectLifecycle(`${prefix}${hostile}`, `hostile key ${index}`);
    }
    await bench.expectLifecycle(`${prefix}${"k".repeat(1024 - prefix.length)}`, "a key of 1 KiB");
  },

  "keys that are merely similar are different": async (bench) => {
    const prefix = bench.newKey();
    for (const similar of SIMILAR_KEYS) {
      await bench.expectClaimed(`${similar}${prefix}${similar}`);
    }
  },
};
