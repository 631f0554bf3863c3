// Compiled as CommonJS and as an ES module, under every module resolution; run by ts-node.
import { createReceiver, sign, type WebhookEvent } from "@countersign/core";
import { github } from "@countersign/core/providers/github";
import { webhook } from "@countersign/express";
import { handlers } from "@countersign/core";

const options = { provider: github, secret: "It's a Secret to Everybody" };
const receiver = createReceiver(options);
export const middleware = webhook(
  options,
  handlers({ push: (event) => console.log(event.body.ref) }),
);

export async function receive(): Promise<WebhookEvent | undefined> {
  const receipt = await receiver.receive(await sign({ body: '{"zen":"Hm."}' }, options));
  return receipt.status === "accepted" ? receipt.event : undefined;
}

void receive().then((event) => console.log(event?.provider));
