import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A TCP server for receivers that no HTTP library would be. */
export interface RawServer {
  readonly url: string;
  readonly connections: number;
  /** How many requests (by their first line) came over all connections. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1; `onRequest` is called when a whole request has come. */
export async function rawServer(
  onRequest: (socket: Socket, count: number) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let requests = 0;
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    let pending = "";
    socket.on("data", (chunk) => {
      pending += chunk.toString("latin1");
      // Answering before the body has come would make the client close the connection.
      for (;;) {
        const bodyAt = pending.indexOf("\r\n\r\n") + 4;
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(pending)?.[1]);
        if (bodyAt < 4 || pending.length < bodyAt + length) return;
        pending = pending.slice(bodyAt + length);
        onRequest(socket, ++requests);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    get connections() {
      return connections;
    },
    get requests() {
      return requests;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** An answer without a body. */
export function answer(status: string, headers = ""): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n${headers}\r\n`;
}
