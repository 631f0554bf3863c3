import { assert, assertEqual } from "../assert.ts";
import { type CaseTable, NOW_MS } from "./bench.ts";

/** States how events are told apart. */
export const keyCases: CaseTable = {
  "an event has the same key whenever it is delivered": async (bench) => {
    const delivery = await bench.delivered(1);
    const first = await bench.eventOf(delivery);
    const laterMs = NOW_MS + (bench.toleranceMs === undefined ? 3_600_000 : 60_000);
    const again = await bench.eventOf(await bench.resent(delivery), laterMs);
    assert(first.key !== undefined, "the key: expected one, got undefined");
    assertEqual(again.key, first.key, "the key of a retry");
  },

  "different events have different keys": async (bench) => {
    const events = await Promise.all(
      [1, 2, 3].map(async (n) => bench.eventOf(await bench.delivered(n))),
    );
    const keys = new Set(events.map(({ key }) => key));
    assert(keys.size === 3, `the keys of 3 events: expected 3, got ${keys.size}`);
  },

  "what is not signed changes no key": async (bench) => {
    const delivery = await bench.delivered(1);
    const headers = { ...(delivery.headers as Record<string, string>) };
    for (const fact of ["id", "type", "timestamp"] as const) {
      const field = bench.provider[fact];
      if (field?.unsigned && "header" in field) headers[field.header.toLowerCase()] = "9";
    }
    const { key } = await bench.eventOf({ ...delivery, headers });
    const { key: original } = await bench.eventOf(delivery);
    assertEqual(key, original, "the key under other unsigned headers");
  },
};

/** States it where nothing tells events apart. */
export const noKeyCases: CaseTable = {
  "no event has a key: identical bodies are different events": async (bench) => {
    const { key } = await bench.eventOf(await bench.delivered(1));
    assertEqual(key, undefined, "the key");
  },
};
