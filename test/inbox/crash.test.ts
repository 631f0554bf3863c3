import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, it } from "vitest";
import { openTcpProxy } from "../claims/tcp-proxy.ts";
import { nextMessage, startScript } from "../conformance/script.ts";
import { type CrashSettings, steps } from "./steps.ts";
import { openInbox, type TestInbox } from "./open-inbox.ts";
import { engineKinds, newPlace, openPlace, type OpenPlace, type Place } from "./places.ts";

describe.each([...engineKinds])(
  "the events of an inbox on $kind",
  ({ kind, missing, server, events }) => {
    const at = newPlace(kind);
    let place: OpenPlace | undefined;

    beforeAll(async () => {
      if (missing === undefined) place = await openPlace(at);
    });
    afterAll(async () => {
      await place?.remove();
      await place?.close();
    });

    function here(): OpenPlace {
      if (place === undefined) throw new Error(`needs ${missing}`);
      return place;
    }

    function working(name: string): TestInbox {
      return openInbox(
        here(),
        async ({ id = "" }, { claim }) => {
          await here().addEffect(claim, id);
        },
        { name, timeoutSeconds: 2, concurrency: 16 },
      );
    }

    describe.skipIf(missing !== undefined)("with everything it needs", () => {
      it.concurrent.for([...steps])(
        "survive a process that is killed %s, and have one effect",
        { timeout: 60_000 },
        async (step, { expect }) => {
          const name = step.replaceAll(" ", "-");
          const id = `${step} ${crypto.randomUUID()}`;
          const acknowledged = await dieOver(id, { place: at, name, step });
          expect(acknowledged).toBe(steps.indexOf(step) > steps.indexOf("before the answer"));
          const survivor = working(name);
          try {
            // The provider sends again what it has no answer to.
            if (!acknowledged) {
              await expect
                .poll(() => survivor.deliver(id), { timeout: 30_000, interval: 100 })
                .toBe(200);
            }
            await survivor.inbox.start();
            const effects = async (): Promise<number> =>
              (await here().effects()).filter((effect) => effect === id).length;
            await expect.poll(effects, { timeout: 30_000, interval: 100 }).toBe(1);
            // Until the last hold of the process that died has ended, and whatever comes again has come.
            await new Promise((resolve) => setTimeout(resolve, 2500));
            expect(await effects()).toBe(1);
          } finally {
            await survivor.inbox.stop();
          }
        },
      );

      const count = process.env["SOAK_EVENTS"] === undefined ? events : 10_000;

      it(
        `have one effect each, all ${count} of them, although workers are killed`,
        { timeout: 240_000 },
        async ({ expect }) => {
          const name = "many";
          const receiving = openInbox(here(), undefined, { name, timeoutSeconds: 2 });
          const settings = JSON.stringify({ place: at, name });
          const start = (): ChildProcess =>
            startScript(new URL("working.ts", import.meta.url), settings);
          const workers = [start(), start()];
          await Promise.all(workers.map((worker) => nextMessage(worker)));
          const effects = async (): Promise<string[]> =>
            (await here().effects()).filter((effect) => effect.startsWith("many "));
          const delivering = deliverAll(receiving, count);
          // One worker is killed in the middle of its work at each quarter of the way.
          for (const quarter of [1, 2, 3]) {
            await expect
              .poll(async () => (await effects()).length, { timeout: 200_000, interval: 50 })
              .toBeGreaterThan((quarter * count) / 5);
            workers[quarter % 2]?.kill("SIGKILL");
            workers[quarter % 2] = start();
          }
          await delivering;
          await expect
            .poll(async () => new Set(await effects()).size, { timeout: 200_000, interval: 100 })
            .toBe(count);
          expect(await effects()).toHaveLength(count);
          for (const worker of workers) worker.kill("SIGKILL");
        },
      );

      it.skipIf(server === undefined)(
        "survive an outage of the server: what was acknowledged is handled, and the rest is refused",
        { timeout: 60_000 },
        async ({ expect }) => {
          const proxy = await openTcpProxy(server ?? "");
          const url = new URL(server ?? "");
          url.hostname = "127.0.0.1";
          url.port = String(proxy.port);
          const through: Place = { ...at, url: url.href };
          const broken = await openPlace(through);
          const seen = new Set<string>();
          const test = openInbox(broken, ({ id = "" }) => void seen.add(id), {
            name: "outage",
            timeoutSeconds: 2,
          });
          const statuses: [string, number][] = [];
          const deliver = async (id: string): Promise<void> => {
            statuses.push([id, await test.deliver(id)]);
          };
          try {
            await test.inbox.start();
            for (let number = 0; number < 20; number++) await deliver(`before ${number}`);
            proxy.cut();
            for (let number = 0; number < 3; number++) await deliver(`during ${number}`);
            expect(statuses.slice(-3).map(([, status]) => status)).toEqual([503, 503, 503]);
            proxy.restore();
            await expect
              .poll(() => test.deliver("after"), { timeout: 20_000, interval: 200 })
              .toBe(200);
            const acknowledged = statuses.flatMap(([id, status]) => (status === 200 ? [id] : []));
            expect(acknowledged).toHaveLength(20);
            await expect
              .poll(() => [...acknowledged, "after"].filter((id) => !seen.has(id)), {
                timeout: 30_000,
                interval: 200,
              })
              .toEqual([]);
          } finally {
            await test.inbox.stop();
            await broken.close();
            await proxy.close();
          }
        },
      );
    });
  },
);

/** Delivers many events, some at once, each until it is acknowledged. */
async function deliverAll({ deliver }: TestInbox, count: number): Promise<void> {
  const waiting = Array.from({ length: count }, (_, number) => `many ${number}`);
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        while ((await deliver(id)) !== 200) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    }),
  );
}

/** Lets a process receive an event and die over it. Resolves to whether it has answered before. */
async function dieOver(id: string, settings: CrashSettings): Promise<boolean> {
  const child = startScript(new URL("crashing.ts", import.meta.url), JSON.stringify(settings));
  await nextMessage(child);
  const died = once(child, "exit");
  let acknowledged = false;
  child.on("message", (status) => {
    acknowledged = status === 200;
  });
  child.send(id);
  const [, signal] = (await died) as [number | null, string | null];
  if (signal !== "SIGKILL") throw new Error(`The process ended with ${signal ?? "a code"}.`);
  return acknowledged;
}
