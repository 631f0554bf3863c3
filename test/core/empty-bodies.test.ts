import { createReceiver, sign } from "@countersign/core";
import { github, zendesk } from "@countersign/core/providers";
import { expect, test } from "vitest";

const secret = "a secret of the tests";

test.each(["GET", "DELETE"])(
  "Zendesk's %s without a body is an event whose body is undefined",
  async (method) => {
    const { headers } = await sign({ body: "", method }, { provider: zendesk, secret });
    const receiver = createReceiver({ provider: zendesk, secret });
    const bodies: unknown[] = [];
    const response = await receiver.handle(
      new Request("https://example.com/", { method, headers }),
      ({ body }) => {
        bodies.push(body);
        return new Response();
      },
    );
    expect([response.status, bodies]).toEqual([200, [undefined]]);
  },
);

test("An empty body is malformed where the provider sends none", async () => {
  const { headers } = await sign({ body: "" }, { provider: github, secret });
  const receipt = await createReceiver({ provider: github, secret }).receive({ headers, body: "" });
  expect(receipt).toMatchObject({ status: "rejected", error: { code: "body_malformed" } });
});
