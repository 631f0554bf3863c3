import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and its server, to break what is between them. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection, and refuses new ones until `restore`. */
  readonly cut: () => void;
  /** Holds everything back, in both directions, until `restore`. */
  readonly freeze: () => void;
  /** Holds back what the server says, and lets through what it is told. */
  readonly mute: () => void;
  readonly restore: () => void;
  readonly close: () => Promise<void>;
}

type State = "open" | "cut" | "frozen" | "muted";

/** Opens a proxy on a free port of loopback for the server at `target`. */
export async function openTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const fromServer = new WeakSet<Socket>();
  let state: State = "open";

  const server: Server = createServer((near) => {
    if (state === "cut") {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    fromServer.add(far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      if (state === "frozen" || (state === "muted" && from === far)) from.pause();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  return {
    port: address.port,
    cut() {
      state = "cut";
      for (const socket of sockets) socket.destroy();
    },
    freeze() {
      state = "frozen";
      for (const socket of sockets) socket.pause();
    },
    mute() {
      state = "muted";
      for (const socket of sockets) if (fromServer.has(socket)) socket.pause();
    },
    restore() {
      state = "open";
      for (const socket of sockets) socket.resume();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
