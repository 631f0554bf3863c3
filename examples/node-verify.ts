// verify() in a bare node:http server, for a handler of one's own. It checks signatures and forgets; for "each event once" take `webhook` of
// @countersign/node or a receiver.
//
//   GITHUB_SECRET=keep-it-secret-keep-it-safe node --conditions=@countersign/source --import tsx node-verify.ts
//   body='{"zen":"Keep it logically awesome."}'; signature=$(printf %s "$body" | openssl dgst -sha256 -hmac keep-it-secret-keep-it-safe -r | cut -d' ' -f1)
//   curl -i localhost:3000 -H 'Content-Type: application/json' -H 'X-GitHub-Event: ping' -H "X-Hub-Signature-256: sha256=$signature" --data-binary "$body"
import { createServer } from "node:http";
import { isWebhookError, verify } from "@countersign/core";
import { github } from "@countersign/core/providers";

const MAX_BODY_BYTES = 1024 * 1024;
const secret = process.env["GITHUB_SECRET"] ?? "";

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  req.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else if (!res.headersSent) res.writeHead(413, { connection: "close" }).end();
  });
  req.on("end", async () => {
    if (res.headersSent) return;
    try {
      const delivery = { headers: req.headers, body: Buffer.concat(chunks) };
      const event = await verify(delivery, { provider: github, secret });
      if (event.type === "ping") console.log("GitHub says:", event.body.zen);
      res.writeHead(200).end();
    } catch (error) {
      if (!isWebhookError(error)) throw error;
      // The message is for this log; the sender gets no more than the title.
      console.warn(error.code, error.message);
      res.writeHead(error.status).end(error.title);
    }
  });
});

server.listen(Number(process.env["PORT"] ?? 3000));
