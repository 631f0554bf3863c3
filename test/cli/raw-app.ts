import { type AddressInfo, createServer, type Socket } from "node:net";

/** An application that keeps what came over its socket. */
export interface RawApp {
  readonly url: string;
  /** Each request as it came: head and body, byte for byte. */
  readonly requests: readonly { readonly head: string; readonly body: Buffer }[];
  close(): Promise<void>;
}

/** Starts one on a free port; it answers each request that has a Content-Length with `answer`. */
export async function rawApp(answer: string): Promise<RawApp> {
  const requests: { head: string; body: Buffer }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let pending = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      const headEnd = pending.indexOf("\r\n\r\n") + 4;
      if (headEnd < 4) return;
      const head = pending.subarray(0, headEnd).toString("latin1");
      const body = pending.subarray(headEnd);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const chunked = /\r\ntransfer-encoding: chunked/i.test(head);
      if (chunked ? !body.includes("0\r\n\r\n") : body.length < length) return;
      requests.push({ head, body });
      pending = Buffer.alloc(0);
      socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
