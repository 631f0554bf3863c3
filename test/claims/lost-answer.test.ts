import { setTimeout as sleep } from "node:timers/promises";
import { createReceiver, sign } from "@countersign/core";
import { describe, expect, it } from "vitest";
import { newPlace, openPlace, sharedKinds } from "./places.ts";
import { provider, secret } from "./provider.ts";
import { openTcpProxy } from "./tcp-proxy.ts";

const networked = sharedKinds.filter(({ kind }) => kind !== "sqlite");

describe.each(networked)("a connection to $kind that breaks", ({ kind, missing }) => {
  it("when the claim is granted and its answer on the way does not keep the retry waiting for the lease", async ({
    skip,
  }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const place = newPlace(kind);
    const proxy = await openTcpProxy(place.url);
    const url = new URL(place.url);
    url.port = String(proxy.port);
    const { store, remove, close } = await openPlace({ ...place, url: url.href });
    try {
      const receiver = createReceiver({ provider, secret, store, leaseSeconds: 60 });
      const delivery = await sign({ body: { id: "event" } }, { provider, secret });

      proxy.mute();
      const first = receiver.receive(delivery);
      await sleep(200);
      proxy.cut();
      proxy.restore();
      // ioredis asks again by itself, and is told the same.
      const { status } = await first;
      expect(status).toBe(kind === "redis" ? "accepted" : "rejected");
      if (kind === "redis") return;
      await expect.poll(async () => (await receiver.receive(delivery)).status).toBe("accepted");
    } finally {
      await remove();
      await close();
      await proxy.close();
    }
  });
});
