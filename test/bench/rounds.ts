/** A way of doing something, timed against others. */
export interface Alternative {
  readonly name: string;
  readonly run: () => unknown;
}

const ROUNDS = 15;
const ROUND_MS = 60;

/**
 * Times alternatives side by side: every round runs each for a while, in turn, so that a busy machine is busy for all of them.
 *
 * @returns the median time of a call for each, in microseconds
 */
export async function medians(alternatives: readonly Alternative[]): Promise<Map<string, number>> {
  const times = new Map<string, number[]>();
  for (const alternative of alternatives) await timed(alternative, 20);
  for (let round = 0; round < ROUNDS; round++) {
    for (const alternative of alternatives) {
      const list = times.get(alternative.name) ?? [];
      list.push(await timed(alternative, ROUND_MS));
      times.set(alternative.name, list);
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

/** Every call is awaited, also the snippet's: nobody's server does anything else. */
async function timed({ run }: Alternative, ms: number): Promise<number> {
  let calls = 0;
  let batch = 16;
  const startedAt = performance.now();
  let elapsed = 0;
  while (elapsed < ms) {
    for (let i = 0; i < batch; i++) await run();
    calls += batch;
    elapsed = performance.now() - startedAt;
    batch = Math.max(1, Math.min(1000, Math.ceil(((ms - elapsed) / elapsed) * calls)));
  }
  return (1000 * elapsed) / calls;
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
