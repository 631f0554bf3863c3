import type { ChildProcess } from "node:child_process";
import { describe, expect, it } from "vitest";
import { nextMessage, startScript } from "../conformance/script.ts";
import { isExhaustive } from "../share.ts";
import { newPlace, openPlace, type Place, sharedKinds } from "./places.ts";
import type { Outcome } from "./receiving-process.ts";

const PROCESSES = 4;
const DELIVERIES = 200;
/** `npm run soak` asks for more. */
const EVENTS = Number(process.env["SOAK_EVENTS"] ?? (isExhaustive ? 25 : 10));

describe.each(sharedKinds)("four processes that share a store on $kind", ({ kind, missing }) => {
  it(`run each of ${EVENTS} events once, which each of them gets ${DELIVERIES} times at once`, async ({
    skip,
  }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const place = newPlace(kind);
    const { close, remove } = await openPlace(place);
    const processes = await startProcesses(place);
    try {
      for (let event = 0; event < EVENTS; event++) {
        const outcomes = await deliverToAll(processes, `event ${event}`);
        const total = (count: (outcome: Outcome) => number): number =>
          outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
        expect(total(({ runs }) => runs)).toBe(1);
        expect(total(({ statuses }) => statuses[200] ?? 0)).toBeGreaterThan(0);
        expect(total(({ statuses }) => (statuses[200] ?? 0) + (statuses[503] ?? 0))).toBe(
          PROCESSES * DELIVERIES,
        );
        const again = await deliverToAll(processes, `event ${event}`, 1);
        expect(again).toEqual(processes.map(() => ({ runs: 0, statuses: { 200: 1 } })));
      }
    } finally {
      for (const child of processes) child.kill();
      await remove();
      await close();
    }
  }, 600_000);
});

async function startProcesses(place: Place): Promise<ChildProcess[]> {
  const script = new URL("receiving-process.ts", import.meta.url);
  const processes = Array.from({ length: PROCESSES }, () =>
    startScript(script, JSON.stringify(place)),
  );
  await Promise.all(processes.map((child) => nextMessage(child)));
  return processes;
}

function deliverToAll(
  processes: ChildProcess[],
  event: string,
  deliveries = DELIVERIES,
): Promise<Outcome[]> {
  return Promise.all(
    processes.map((child) => {
      child.send({ event, deliveries });
      return nextMessage<Outcome>(child);
    }),
  );
}
