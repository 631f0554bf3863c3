import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { github } from "@countersign/core/providers";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook } from "@countersign/node";
import fastify from "fastify";
import { expect, test } from "vitest";

const secret = "It's a Secret to Everybody";
const options = { provider: github, secret, onWarning: () => {} };
const DELIVERIES = 300;
const PAD_BYTES = 20_000;

const servers: readonly [string, () => Promise<Server>][] = [
  ["node:http", async () => createServer(webhook(options, () => {}))],
  [
    "Fastify",
    async () => {
      const app = fastify();
      await app.register(fastifyWebhook, { ...options, path: "/", handler: () => {} });
      await app.ready();
      return app.server;
    },
  ],
];

test.each(servers)(
  "lets go of a delivery with the next collection of young objects, behind %s",
  async (_name, start) => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;
    const server = (await start()).listen(0, "127.0.0.1");
    await once(server, "listening");
    await send(server, 50);
    collect();
    await send(server, DELIVERIES);
    collect({ type: "minor" });
    collect({ type: "minor" });
    const { heapUsed: young } = process.memoryUsage();
    collect();
    const leftBytes = young - process.memoryUsage().heapUsed;
    server.close();
    // Each event that is kept has a text of that length in it.
    expect(leftBytes).toBeLessThan((DELIVERIES * PAD_BYTES) / 6);
  },
);

async function send(server: Server, count: number): Promise<void> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  for (let sent = 0; sent < count; sent++) {
    const body = JSON.stringify({ action: "opened", id: randomUUID(), pad: "x".repeat(PAD_BYTES) });
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    socket.write(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
        `X-GitHub-Event: issues\r\nX-GitHub-Delivery: ${randomUUID()}\r\nX-Hub-Signature-256: sha256=${signature}\r\n\r\n${body}`,
    );
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await once(socket, "data");
  }
  socket.destroy();
}
