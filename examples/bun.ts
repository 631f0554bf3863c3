// A Paradym receiver on Bun, after `npm run build` in the root folder.
//
//   $ PARADYM_SECRET=keep-it-secret-keep-it-safe bun bun.ts
//
// A delivery as Paradym would send it; a second one is a duplicate, and one with another body or secret is refused:
//
//   $ body='{"webhookId":"whk_1","webhookPublishedAt":"2026-01-01T00:00:00Z","projectId":"p_1","eventType":"workflowExecution.completed","payload":{"workflowId":"w_1","workflowExecutionId":"e_1"}}'
//   $ curl -i http://localhost:3000/paradym -H 'Content-Type: application/json' -H "X-Paradym-HMAC-SHA-256: $(printf %s "$body" | openssl dgst -sha256 -hmac keep-it-secret-keep-it-safe -r | cut -d ' ' -f 1)" -d "$body"
import { env } from "node:process";
import { createReceiver, handlers } from "@countersign/core";
import { paradym, type ParadymEvents } from "@countersign/core/providers/paradym";

const { PARADYM_SECRET = "" } = env;
const receiver = createReceiver({
  provider: paradym,
  secret: PARADYM_SECRET,
  onStoreError: "accept",
});

const route = handlers<ParadymEvents>({
  "workflowExecution.completed": (event) => {
    console.log(`completed: ${event.body.payload.workflowId}`);
  },
  "workflowExecution.failed": (event) => {
    console.log(`failed: ${event.body.payload.error.message}`);
  },
  "*": (event) => {
    console.log(`something else: ${event.type}`);
  },
});

export default {
  port: Number(env["PORT"] ?? 3000),
  fetch(request: Request): Response | Promise<Response> {
    if (new URL(request.url).pathname !== "/paradym") return new Response(null, { status: 404 });
    return receiver.handle(request, route);
  },
};
