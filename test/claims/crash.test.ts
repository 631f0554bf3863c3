import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, it } from "vitest";
import { nextMessage, startScript } from "../conformance/script.ts";
import type { CrashSettings, CrashStep } from "./crashing-server.ts";
import { newPlace, openPlace, type OpenPlace, sharedKinds } from "./places.ts";
import { delivery } from "./provider.ts";

const settings = sharedKinds.flatMap(({ kind, missing }) =>
  (kind === "redis" ? [false] : [true, false]).map((transactional) => ({
    kind,
    missing,
    transactional,
    how: transactional ? "with completeIn" : "without completeIn",
  })),
);

/** How often the effect is there after a crash at a step and the provider's retries, without a transaction. */
const STEPS: readonly { step: CrashStep; runsWithout: number }[] = [
  { step: "after the claim", runsWithout: 1 },
  { step: "in the handler", runsWithout: 1 },
  { step: "after the effect", runsWithout: 2 },
  { step: "before the response", runsWithout: 1 },
];

describe.each(settings)(
  "a process killed over a delivery, on $kind, $how",
  ({ kind, missing, transactional }) => {
    const place = newPlace(kind);
    let open: OpenPlace | undefined;
    let survivor: Server | undefined;

    beforeAll(async () => {
      if (missing !== undefined) return;
      open = await openPlace(place);
      survivor = await start({ place, step: "never", transactional });
    });
    afterAll(async () => {
      survivor?.child.kill();
      await open?.remove();
      await open?.close();
    });

    it.concurrent.for([...STEPS])(
      "$step: the retry leaves the effect as often as it may be there",
      { timeout: 120_000 },
      async ({ step, runsWithout }, { skip, expect }) => {
        if (open === undefined) skip(`needs ${missing}`);
        const victim = await start({ place, step, transactional });
        const died = once(victim.child, "exit");
        await expect(fetch(victim.url, await delivery(step))).rejects.toThrow("fetch failed");
        expect(await died).toEqual([null, "SIGKILL"]);

        await expect
          .poll(async () => (await fetch(survivor?.url ?? "", await delivery(step))).status, {
            timeout: 30_000,
            interval: 100,
          })
          .toBe(200);
        const effects = ((await open?.effects()) ?? []).filter((event) => event === step);
        expect(effects).toHaveLength(transactional ? 1 : runsWithout);
      },
    );
  },
);

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(crash: CrashSettings): Promise<Server> {
  const child = startScript(new URL("crashing-server.ts", import.meta.url), JSON.stringify(crash));
  return { child, url: await nextMessage<string>(child) };
}
