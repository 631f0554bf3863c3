import { createReceiver, sign } from "@countersign/core";
import { provider, secret } from "./provider.ts";

// A process that accepts an event and has nothing else to do: the claim's timers must not keep it alive.
const receiver = createReceiver({ provider, secret });
const { status } = await receiver.receive(
  await sign({ body: { id: "event" } }, { provider, secret }),
);
process.send?.(status);
process.disconnect();
