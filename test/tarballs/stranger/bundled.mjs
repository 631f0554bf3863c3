// What a bundler makes one file of.
import { createVerifier, sign } from "@countersign/core";
import { github } from "@countersign/core/providers";

const options = { provider: github, secret: "It's a Secret to Everybody" };
const delivery = await sign({ body: '{"zen":"Hm."}' }, options);
const verifier = createVerifier(options);
const event = await verifier.verify(delivery);
const forged = await verifier.verify({ ...delivery, body: "{}" }).catch((error) => error.code);
console.log(JSON.stringify([event.body.zen, forged]));
