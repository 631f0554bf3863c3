import { createReceiver, defineProvider, type Provider, sign } from "@countersign/core";
import { afterAll, describe, expect, it } from "vitest";
import { openBackends } from "../conformance/backends.ts";

const providerNamed = (name: string): Provider =>
  defineProvider({
    name,
    signature: { header: "X-Signature", encoding: "hex", content: "{body}" },
    id: { body: "/id" },
    dedup: "id",
  });
const acme = providerNamed("acme");
const secret = "a secret of thirty-two characters";

describe.each(await openBackends())("the same event id in one store on $name", (backend) => {
  const { missing, store, close } = backend;
  afterAll(close);

  it("is an event of its own for each tenant, endpoint and provider", async ({ skip }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const id = crypto.randomUUID();
    const tenant = (name: string) => () => ({ tenant: name, secrets: secret });
    const receivers = [
      createReceiver({ provider: acme, secret, store }),
      createReceiver({ provider: acme, secret, store, endpoint: "orders" }),
      createReceiver({ provider: acme, secret, store, endpoint: "invoices" }),
      createReceiver({ provider: acme, secret: tenant("one"), store }),
      createReceiver({ provider: acme, secret: tenant("two"), store }),
      createReceiver({ provider: providerNamed("acme2"), secret, store }),
    ];
    const delivery = await sign({ body: { id } }, { provider: acme, secret });
    for (const expected of ["accepted", "duplicate"]) {
      for (const receiver of receivers) {
        const receipt = await receiver.receive(delivery);
        expect(receipt.status).toBe(expected);
        if (receipt.status === "accepted") await receipt.claim.complete();
      }
    }
  });

  it.for([
    ["of 64 KiB", "x".repeat(65_536)],
    ["with NUL", "a\0b"],
    ["of emoji", "🧾👩‍💻"],
    ["with a lone surrogate", "\ud800"],
    ["with SQL in it", "'; DROP TABLE countersign_claims; --"],
    ["with Redis metacharacters", "{a}:*?[b]\r\nDEL x\r\n"],
  ])("is taken once, %s", async ([, id = ""], { skip }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const receiver = createReceiver({ provider: acme, secret, store });
    const delivery = await sign({ body: { id } }, { provider: acme, secret });
    const first = await receiver.receive(delivery);
    expect(first).toMatchObject({ status: "accepted", event: { id } });
    expect(first.status === "accepted" && (await first.claim.complete())).toBe(true);
    expect((await receiver.receive(delivery)).status).toBe("duplicate");
    const other = await sign({ body: { id: `${id}.` } }, { provider: acme, secret });
    expect((await receiver.receive(other)).status).toBe("accepted");
  });
});
