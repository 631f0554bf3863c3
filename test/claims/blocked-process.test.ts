import { once } from "node:events";
import { createReceiver, sign } from "@countersign/core";
import { afterAll, describe, expect, it } from "vitest";
import { openBackends } from "../conformance/backends.ts";
import { nextMessage, startScript } from "../conformance/script.ts";
import { provider, secret } from "./provider.ts";

describe.each(await openBackends())(
  "a process that stands still for longer than its lease, on $name",
  (backend) => {
    const { missing, store, close } = backend;
    afterAll(close);

    it("has lost its claim when it goes on, and cannot touch the one of who took over", async ({
      skip,
    }) => {
      skip(missing !== undefined, `needs ${missing}`);
      const receiver = createReceiver({ provider, secret, store, leaseSeconds: 0.3 });
      const id = crypto.randomUUID();
      const receipt = await receiver.receive(await sign({ body: { id } }, { provider, secret }));
      if (receipt.status !== "accepted") throw new Error(`${receipt.status}, not accepted`);
      const { claim } = receipt;
      standStillFor(700);
      const taken = await store.claim(claim.key ?? "", { token: "next", leaseMs: 60_000 });
      expect(taken).toEqual({ status: "claimed" });
      await expect.poll(() => claim.signal.aborted).toBe(true);
      expect(await claim.complete()).toBe(false);
      expect(await store.complete(claim.key ?? "", { token: "next", retentionMs: 1000 })).toBe(
        true,
      );
    });
  },
);

it(
  "a process that holds a claim ends when it has nothing else to do",
  { timeout: 120_000 },
  async () => {
    const child = startScript(new URL("holding-process.ts", import.meta.url));
    const ended = once(child, "exit");
    expect(await nextMessage(child)).toBe("accepted");
    const startedAtMs = performance.now();
    expect(await ended).toEqual([0, null]);
    // Its first heartbeat would be after 20 s.
    expect(performance.now() - startedAtMs).toBeLessThan(15_000);
  },
);

/** As a long computation does, or a machine that is paused. */
function standStillFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
