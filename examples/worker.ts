// A Paradym receiver on Cloudflare Workers, after `npm run build` in the root folder.
//
//   $ npx wrangler dev --port 3000 --var PARADYM_SECRET:keep-it-secret-keep-it-safe worker.ts
//
// A delivery as Paradym would send it; a second one is a duplicate, and one with another body or secret is refused:
//
//   $ body='{"webhookId":"whk_1","webhookPublishedAt":"2026-01-01T00:00:00Z","projectId":"p_1","eventType":"workflowExecution.completed","payload":{"workflowId":"w_1","workflowExecutionId":"e_1"}}'
//   $ curl -i http://localhost:3000/paradym -H 'Content-Type: application/json' -H "X-Paradym-HMAC-SHA-256: $(printf %s "$body" | openssl dgst -sha256 -hmac keep-it-secret-keep-it-safe -r | cut -d ' ' -f 1)" -d "$body"
import { createReceiver, handlers } from "@countersign/core";
import { paradym, type ParadymEvents } from "@countersign/core/providers/paradym";

interface Env {
  readonly PARADYM_SECRET: string;
}

function receiverOf({ PARADYM_SECRET }: Env) {
  // Workers come and go, and each has a memory of its own: give a `store` that they share where an event must not run twice.
  return createReceiver({ provider: paradym, secret: PARADYM_SECRET, onStoreError: "accept" });
}

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

// Made with the first request: the secret is not there before.
let receiver: ReturnType<typeof receiverOf> | undefined;

export default {
  fetch(
    request: Request,
    env: Env,
    context: { waitUntil(work: Promise<unknown>): void },
  ): Response | Promise<Response> {
    if (new URL(request.url).pathname !== "/paradym") return new Response(null, { status: 404 });
    receiver ??= receiverOf(env);
    return receiver.handle(request, route, context);
  },
};
