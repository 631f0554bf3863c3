// What `npx jest` finds in a project without any configuration: CommonJS.
const { createReceiver, isWebhookError, sign } = require("@countersign/core");
const { github } = require("@countersign/core/providers");
const { webhook } = require("@countersign/express");

const options = { provider: github, secret: "It's a Secret to Everybody" };

test("a genuine delivery is accepted once", async () => {
  const receiver = createReceiver(options);
  const delivery = await sign({ body: '{"zen":"Design for failure."}' }, options);
  const first = await receiver.receive(delivery);
  await first.claim.complete();
  expect(first.event.body.zen).toBe("Design for failure.");
  expect((await receiver.receive(delivery)).status).toBe("duplicate");
});

test("a setting that can't work is refused with an error that says so", () => {
  const thrown = (() => {
    try {
      return webhook({ provider: github, secret: "" });
    } catch (error) {
      return error;
    }
  })();
  expect(isWebhookError(thrown)).toBe(true);
  expect(thrown.message).toMatch(/secret/);
});
