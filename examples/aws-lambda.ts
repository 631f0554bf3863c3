// A Paradym receiver on AWS Lambda. To try it here, behind a server that stands in for a function URL:
//
//   $ PARADYM_SECRET=keep-it-secret-keep-it-safe node --conditions=@countersign/source --import tsx aws-lambda.ts
//
// A delivery as Paradym would send it; a second one is a duplicate, and one with another body or secret is refused:
//
//   $ body='{"webhookId":"whk_1","webhookPublishedAt":"2026-01-01T00:00:00Z","projectId":"p_1","eventType":"workflowExecution.completed","payload":{"workflowId":"w_1","workflowExecutionId":"e_1"}}'
//   $ curl -i http://localhost:3000/paradym -H 'Content-Type: application/json' -H "X-Paradym-HMAC-SHA-256: $(printf %s "$body" | openssl dgst -sha256 -hmac keep-it-secret-keep-it-safe -r | cut -d ' ' -f 1)" -d "$body"
//
// On Lambda only `handler` counts: bundle this file with esbuild, and name it in the function's settings as `aws-lambda.handler`.
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { type HttpEvent, webhook } from "@countersign/aws-lambda";
import { paradym } from "@countersign/core/providers/paradym";

const { PARADYM_SECRET = "", PORT = "3000" } = process.env;

export const handler = webhook(
  { provider: paradym, secret: PARADYM_SECRET, onStoreError: "accept" },
  (event) => {
    if (event.type === "workflowExecution.completed") {
      console.log(`completed: ${event.body.payload.workflowId}`);
    }
  },
);

if (process.env["AWS_LAMBDA_FUNCTION_NAME"] === undefined) {
  createServer(async (req, res) => {
    const { statusCode, headers, body, isBase64Encoded } = await handler(await eventOf(req));
    res.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
  }).listen(Number(PORT), () => console.log(`listening on ${PORT}`));
}

/** Makes of a request what a function URL would send. */
async function eventOf(req: IncomingMessage): Promise<HttpEvent> {
  const [rawPath = "/", rawQueryString = ""] = (req.url ?? "/").split("?");
  const headers = Object.entries(req.headers).map(([name, value]) => [name, String(value)]);
  return {
    version: "2.0",
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(headers) as Record<string, string>,
    requestContext: {
      domainName: req.headers.host ?? "localhost",
      http: { method: req.method ?? "GET", sourceIp: req.socket.remoteAddress ?? "" },
    },
    body: (await buffer(req)).toString("base64"),
    isBase64Encoded: true,
  };
}
