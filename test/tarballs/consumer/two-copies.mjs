// One program with both builds of the core in it, as happens where an application and its dependency load it in different ways.
import { createRequire } from "node:module";
import * as esm from "@countersign/core";
import * as esmProviders from "@countersign/core/providers";

const require = createRequire(import.meta.url);
const cjs = require("@countersign/core");
const cjsProviders = require("@countersign/core/providers");

const secret = "It's a Secret to Everybody";
const builds = [
  [esm, cjs, cjsProviders.github],
  [cjs, esm, esmProviders.github],
];
const agreed = [];
for (const [own, other, provider] of builds) {
  const store = other.memoryStore();
  const receiver = own.createReceiver({ provider, secret, store });
  const { headers, body } = await other.sign(
    { body: '{"zen":"Half measures are as bad."}' },
    { provider, secret },
  );
  const first = await receiver.receive({ headers, body });
  await first.claim.complete();
  const second = await receiver.receive({ headers, body });
  const refused = await own
    .verify({ headers: {}, body }, { provider, secret })
    .catch((error) => error);
  agreed.push({
    statuses: [first.status, second.status],
    isError: other.isWebhookError(refused),
    isInstance: refused instanceof own.WebhookError,
    code: refused.code,
  });
}
console.log(JSON.stringify({ separate: esm.verify !== cjs.verify, agreed }));
