import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";

/** A server that is listening. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a Fetch handler with node:http, on loopback unless `HOST` says otherwise.
 *
 * @param handle gets each request
 * @param port 0 is a free one
 */
export async function serveFetch(
  handle: (request: Request) => Promise<Response>,
  port = 0,
): Promise<Listening> {
  const server = createServer((req, res) => {
    const hasBody = req.method !== "GET" && req.method !== "HEAD";
    const request = new Request(new URL(req.url ?? "/", `http://${req.headers.host}`), {
      method: req.method ?? "GET",
      headers: req.headers as Record<string, string>,
      ...(hasBody && { body: Readable.toWeb(req) as BodyInit, duplex: "half" }),
    });
    handle(request).then(
      async (response) => {
        res.writeHead(response.status, Object.fromEntries(response.headers));
        res.end(Buffer.from(await response.arrayBuffer()));
      },
      (error: unknown) => {
        console.error(error);
        res.writeHead(500).end();
      },
    );
  });
  const host = process.env["HOST"] ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
