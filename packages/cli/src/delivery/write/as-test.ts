import type { Captured } from "../captured.ts";
import { toRecorded } from "../captured.ts";

/** Writes a delivery as a test for vitest: the delivery as it was recorded, and what is expected of the receiver. */
export function asTest(
  delivery: Captured,
  exportName: string | undefined,
  verified: boolean,
): string {
  const recorded = JSON.stringify(toRecorded(delivery), null, 2).replaceAll("<", "\\u003c");
  const provider = exportName ?? "provider";
  return `import { createReceiver } from "@countersign/core";
${exportName === undefined ? `import { provider } from "./provider.js"; // made with defineProvider()` : `import { ${exportName} } from "@countersign/core/providers";`}
import { fromFixture } from "@countersign/sender/testing";
import { expect, test } from "vitest";

const delivery = fromFixture(${recorded});

test(${JSON.stringify(`the recorded ${provider} delivery is ${verified ? "verified" : "refused"}`)}, async () => {
  const secret = process.env.WEBHOOK_SECRET ?? "";
  const receiver = createReceiver({ provider: ${provider}, secret, now: delivery.now });
  const receipt = await receiver.receive(delivery);
  expect(receipt.status).toBe(${verified ? `"accepted"` : `"rejected"`});
});
`;
}
