// A route handler of Next.js: app/api/paradym/route.ts
import { createReceiver } from "@countersign/core";
import { paradym } from "@countersign/core/providers/paradym";

function makeReceiver() {
  return createReceiver({
    provider: paradym,
    secret: process.env["PARADYM_SECRET"] ?? "",
    onStoreError: "accept",
  });
}

// Made with the first request: `next build` imports this file where the secret is not set.
let receiver: ReturnType<typeof makeReceiver> | undefined;

export function POST(request: Request): Promise<Response> {
  receiver ??= makeReceiver();
  return receiver.handle(request, (event) => {
    if (event.type === "workflowExecution.failed") console.error(event.body.payload.error.message);
  });
}
