// A Paradym receiver in Hono, on Node.
//
//   $ PARADYM_SECRET=keep-it-secret-keep-it-safe node --conditions=@countersign/source --import tsx hono.ts
//
// A delivery as Paradym would send it; a second one is a duplicate, and one with another body or secret is refused:
//
//   $ body='{"webhookId":"whk_1","webhookPublishedAt":"2026-01-01T00:00:00Z","projectId":"p_1","eventType":"workflowExecution.completed","payload":{"workflowId":"w_1","workflowExecutionId":"e_1"}}'
//   $ curl -i http://localhost:3000/paradym -H 'Content-Type: application/json' -H "X-Paradym-HMAC-SHA-256: $(printf %s "$body" | openssl dgst -sha256 -hmac keep-it-secret-keep-it-safe -r | cut -d ' ' -f 1)" -d "$body"
import { paradym } from "@countersign/core/providers/paradym";
import { webhook } from "@countersign/hono";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const { PARADYM_SECRET = "", PORT = "3000" } = process.env;

const app = new Hono();

app.post(
  "/paradym",
  webhook({ provider: paradym, secret: PARADYM_SECRET, onStoreError: "accept" }),
  (c) => {
    const event = c.var.webhook;
    if (event.type === "workflowExecution.completed") {
      console.log(`completed: ${event.body.payload.workflowId}`);
    }
    return c.json({ received: true });
  },
);

serve({ fetch: app.fetch, port: Number(PORT) }, () => console.log(`listening on ${PORT}`));
