/** A way of doing something, timed against others. */
export interface Alternative {
  readonly name: string;
  readonly run: () => unknown;
}

/** Short, so that most runs pass without the machine giving the core to something else. */
const RUN_MS = 2;
const RUNS = 5;

/**
 * Times alternatives side by side: every round runs each a few times, in turn, so that a busy machine is busy for all of them. Of the runs of a
 * round the fastest counts.
 *
 * @returns the median over the rounds of the time of a call for each, in microseconds
 */
export async function medians(
  alternatives: readonly Alternative[],
  rounds = 15,
): Promise<Map<string, number>> {
  const times = new Map<string, number[]>();
  for (const alternative of alternatives) await timed(alternative, 20);
  for (let round = 0; round < rounds; round++) {
    for (const alternative of alternatives) {
      const runs: number[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await timed(alternative, RUN_MS));
      const list = times.get(alternative.name) ?? [];
      list.push(Math.min(...runs));
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
