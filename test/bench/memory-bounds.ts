// The memory store under 5 million different events: node --expose-gc --import tsx bench/memory-bounds.ts
import { memoryStore } from "@countersign/core";

const EVENTS = 5_000_000;

for (const maxKeys of [100_000, 1_000_000]) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const store = memoryStore({ maxKeys });
  const startedAt = performance.now();
  for (let event = 0; event < EVENTS; event++) {
    const key = `4:acme0:id36:${String(event).padStart(36, "0")}/0:`;
    const token = crypto.randomUUID();
    await store.claim(key, { token, leaseMs: 60_000 });
    await store.complete(key, { token, retentionMs: 259_200_000 });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  globalThis.gc?.();
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6;
  console.log(
    `maxKeys ${maxKeys}: ${EVENTS} events at ${Math.round(EVENTS / seconds)} a second; ${store.size} held, ${store.evicted} evicted, ${megabytes.toFixed(0)} MB of heap`,
  );
}
