// A resource route of Remix or React Router: app/routes/api.paradym.ts
import { createReceiver } from "@countersign/core";
import { paradym } from "@countersign/core/providers/paradym";

const receiver = createReceiver({
  provider: paradym,
  secret: process.env["PARADYM_SECRET"] ?? "",
  onStoreError: "accept",
});

export function action({ request }: { readonly request: Request }): Promise<Response> {
  return receiver.handle(request, (event) => {
    if (event.type === "workflowExecution.failed") console.error(event.body.payload.error.message);
  });
}
