import { sign } from "@countersign/core";
import { para } from "@countersign/core/providers";
import { describe, expect, it } from "vitest";
import { nextMessage, startScript } from "../conformance/script.ts";
import type { Framework } from "./http-process.ts";
import { newPlace, openPlace, sharedKinds } from "./places.ts";
import { secret } from "./provider.ts";

const FRAMEWORKS: readonly Framework[] = ["express", "koa", "fastify", "hono"];
const HANDLER_MS = 300;
const COPIES = 4;
const EVENTS = 3;

describe.each(sharedKinds)("four servers that share a store on $kind", ({ kind, missing }) => {
  it(`answer 200 to every copy that Para sends at once, and run each event once`, async ({
    skip,
  }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const place = newPlace(kind);
    const { close, remove, effects } = await openPlace(place);
    const script = new URL("http-process.ts", import.meta.url);
    const processes = FRAMEWORKS.map((framework) =>
      startScript(script, JSON.stringify([place, framework, HANDLER_MS])),
    );
    try {
      const ports = await Promise.all(processes.map((child) => nextMessage<number>(child)));
      for (let n = 1; n <= EVENTS; n++) {
        const statuses = await sendCopies(n, ports);
        expect(statuses).toEqual(Array(ports.length * COPIES).fill(200));
        expect(await effects()).toHaveLength(n);
      }
    } finally {
      for (const child of processes) child.kill();
      await remove();
      await close();
    }
  }, 120_000);
});

/** Sends copies of one event to every server, all at the same time, as `repeatedDeliveryAttempts` has Para do. */
async function sendCopies(n: number, ports: readonly number[]): Promise<number[]> {
  const event = {
    appid: "scoold",
    event: "create",
    timestamp: n,
    items: [{ id: `question ${n}` }],
  };
  const { headers, body } = await sign({ body: event }, { provider: para, secret });
  const init = { method: "POST", headers, body: new Uint8Array(body) };
  return Promise.all(
    ports
      .flatMap((port) => Array<number>(COPIES).fill(port))
      .map(async (port) => (await fetch(`http://127.0.0.1:${port}/hook`, init)).status),
  );
}
