// An endpoint of SvelteKit: src/routes/api/paradym/+server.ts
// In an application `secret` comes from "$env/static/private", and `RequestHandler` from "./$types" types POST.
import { createReceiver } from "@countersign/core";
import { paradym } from "@countersign/core/providers/paradym";

const receiver = createReceiver({
  provider: paradym,
  secret: process.env["PARADYM_SECRET"] ?? "",
  onStoreError: "accept",
});

export function POST({ request }: { readonly request: Request }): Promise<Response> {
  return receiver.handle(request, (event) => {
    if (event.type === "workflowExecution.failed") console.error(event.body.payload.error.message);
  });
}
