// A Paradym receiver in Koa.
//
//   $ PARADYM_SECRET=keep-it-secret-keep-it-safe node --conditions=@countersign/source --import tsx koa.ts
//
// A delivery as Paradym would send it; a second one is a duplicate, and one with another body or secret is refused:
//
//   $ body='{"webhookId":"whk_1","webhookPublishedAt":"2026-01-01T00:00:00Z","projectId":"p_1","eventType":"workflowExecution.completed","payload":{"workflowId":"w_1","workflowExecutionId":"e_1"}}'
//   $ curl -i http://localhost:3000/paradym -H 'Content-Type: application/json' -H "X-Paradym-HMAC-SHA-256: $(printf %s "$body" | openssl dgst -sha256 -hmac keep-it-secret-keep-it-safe -r | cut -d ' ' -f 1)" -d "$body"
import { handlers } from "@countersign/core";
import { paradym } from "@countersign/core/providers/paradym";
import { webhook } from "@countersign/koa";
import { Router } from "@koa/router";
import Koa from "koa";

const { PARADYM_SECRET = "", PORT = "3000" } = process.env;

const router = new Router();
router.post(
  "/paradym",
  webhook(
    { provider: paradym, secret: PARADYM_SECRET, onStoreError: "accept" },
    handlers({
      "workflowExecution.completed": (event) => {
        console.log(`completed: ${event.body.payload.workflowId}`);
      },
      "workflowExecution.failed": (event) => {
        console.log(`failed: ${event.body.payload.error.message}`);
      },
      "*": (event) => {
        console.log(`something else: ${event.type}`);
      },
    }),
  ),
);

// Before a body parser: what is signed are the bytes, not what a parser makes of them.
const app = new Koa();
app.use(router.routes());
app.listen(Number(PORT), () => console.log(`listening on ${PORT}`));
