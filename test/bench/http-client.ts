import { connect, type Socket } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");

/** A connection that is kept, over which one request is sent after the other. */
interface Connection {
  /** Sends the bytes of a request; resolves to the status of the answer, when all of it is there. */
  send(request: Buffer): Promise<number>;
  close(): void;
}

/** How many bytes a response has, from its first ones; undefined while its head is not complete. */
function responseOf(bytes: Buffer): { status: number; length: number } | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  if (/\r\ntransfer-encoding:/i.test(head)) {
    const end = bytes.indexOf("\r\n0\r\n\r\n", headEnd);
    return end < 0 ? undefined : { status: Number(head.slice(9, 12)), length: end + 7 };
  }
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return { status: Number(head.slice(9, 12)), length: headEnd + HEAD_END.length + length };
}

/** A client over bare sockets: it has to cost less than the servers that it measures. */
async function open(port: number): Promise<Connection> {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  let received: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const response = responseOf(received);
    if (response === undefined || received.length < response.length) return;
    received = Buffer.alloc(0);
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(response.status);
  });
  const fail = (error: Error): void => waiting?.reject(error);
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed the connection")));
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/**
 * Sends requests over several connections, each waiting for its answer before the next.
 *
 * @throws where an answer has another status
 */
export async function sendAll(
  port: number,
  requests: readonly Buffer[],
  expectedStatus: number,
  connectionCount: number,
): Promise<{ seconds: number }> {
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => open(port)));
  let next = 0;
  const startedAtMs = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (;;) {
        const request = requests[next++];
        if (request === undefined) return;
        // oxlint-disable-next-line no-await-in-loop -- one request at a time over a connection
        const status = await connection.send(request);
        if (status !== expectedStatus) throw new Error(`answered ${status}`);
      }
    }),
  );
  const seconds = (performance.now() - startedAtMs) / 1000;
  for (const connection of connections) connection.close();
  return { seconds };
}
