import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTcpProxy } from "../claims/tcp-proxy.ts";
import { nextMessage, startScript } from "../conformance/script.ts";
import { type CrashSettings, receivingSteps, type Step, workingSteps } from "./steps.ts";
import { openInbox, PATIENT_RETRY, type TestInbox } from "./open-inbox.ts";
import { isExhaustive } from "../share.ts";
import { engineKinds, newPlace, openPlace, type OpenPlace, type Place } from "./places.ts";

describe.each([...engineKinds])("the events of an inbox on $kind", ({ kind, missing, server }) => {
  const at = newPlace(kind);
  let place: OpenPlace | undefined;

  beforeAll(async () => {
    if (missing === undefined) place = await openPlace(at);
  }, 120_000);
  afterAll(async () => {
    await place?.remove();
    await place?.close();
  }, 120_000);

  function here(): OpenPlace {
    if (place === undefined) throw new Error(`needs ${missing}`);
    return place;
  }

  function inboxNamed(name: string): TestInbox {
    return openInbox(
      here(),
      async ({ id = "" }, { claim }) => {
        await here().addEffect(claim, id);
      },
      { name, timeoutSeconds: 2, concurrency: 16, retry: PATIENT_RETRY },
    );
  }

  describe.skipIf(missing !== undefined)("whose process is killed", () => {
    const ids = Object.fromEntries(
      [...receivingSteps, ...workingSteps].map((step) => [step, `${step} ${randomUUID()}`]),
    ) as Record<Step, string>;
    const survivors: TestInbox[] = [];
    let acknowledged: ReadonlySet<Step> = new Set();

    beforeAll(async () => {
      acknowledged = await dieOver({ place: at, ids });
      survivors.push(inboxNamed("receiving"), inboxNamed("working"));
      await Promise.all(survivors.map(({ inbox }) => inbox.start()));
    }, 240_000);
    afterAll(async () => {
      await Promise.all(survivors.map(({ inbox }) => inbox.stop()));
    });

    const effectsOf = async (step: Step): Promise<number> =>
      (await here().effects()).filter((effect) => effect === ids[step]).length;

    it.each(receivingSteps)("%s are delivered again, and have one effect", async (step) => {
      expect([...acknowledged]).not.toContain(step);
      await expect
        .poll(() => survivors[0]?.deliver(ids[step]), { timeout: 30_000, interval: 100 })
        .toBe(200);
      await expect.poll(() => effectsOf(step), { timeout: 30_000, interval: 100 }).toBe(1);
    });

    it.each(workingSteps)(
      "%s are handled again, and have one effect",
      { timeout: 60_000 },
      async (step) => {
        expect([...acknowledged]).toContain(step);
        await expect.poll(() => effectsOf(step), { timeout: 50_000, interval: 100 }).toBe(1);
      },
    );

    it("have still one effect when whatever comes again has come", async () => {
      // Until the last hold of the process that died has ended.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      for (const step of [...receivingSteps, ...workingSteps]) {
        expect([step, await effectsOf(step)]).toEqual([step, 1]);
      }
    });
  });

  describe.skipIf(missing !== undefined)("with everything it needs", () => {
    const count = isExhaustive || process.env["SOAK_EVENTS"] !== undefined ? 10_000 : 1000;

    it(
      `have one effect each, all ${count} of them, although workers are killed`,
      { timeout: 240_000 },
      async () => {
        const name = "many";
        const receiving = openInbox(here(), undefined, { name, timeoutSeconds: 2 });
        const settings = JSON.stringify({ place: at, name });
        // Those that replace the killed ones are ready before: it takes long to start a process.
        const workers = Array.from({ length: 5 }, () =>
          startScript(new URL("working.ts", import.meta.url), settings),
        );
        await Promise.all(workers.map((worker) => nextMessage(worker)));
        for (const worker of workers.slice(0, 2)) worker.send("begin");
        const effects = async (): Promise<string[]> =>
          (await here().effects()).filter((effect) => effect.startsWith("many "));
        const delivering = deliverAll(receiving, count);
        // One worker is killed in the middle of its work at each quarter of the way.
        for (const quarter of [1, 2, 3]) {
          await expect
            .poll(async () => (await effects()).length, { timeout: 200_000, interval: 50 })
            .toBeGreaterThan((quarter * count) / 5);
          workers[quarter - 1]?.kill("SIGKILL");
          workers[quarter + 1]?.send("begin");
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
      async () => {
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
          retry: PATIENT_RETRY,
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
});

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

/** Lets a process have an event at each step, and die. Resolves to the steps whose event it has answered with 200 before. */
async function dieOver(settings: CrashSettings): Promise<Set<Step>> {
  const child = startScript(new URL("crashing.ts", import.meta.url), JSON.stringify(settings));
  const acknowledged = new Set<Step>();
  child.on("message", ({ step, status }: { step: Step; status: number }) => {
    if (status === 200) acknowledged.add(step);
  });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (signal !== "SIGKILL") throw new Error(`The process ended with ${signal ?? "a code"}.`);
  return acknowledged;
}
