import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that stands for one on the internet, and counts what it is asked. */
export interface Loopback {
  /** Fetches from the server, whatever host a URL names. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The URLs that were asked for, as they were written. */
  readonly asked: string[];
  /** How the next requests are answered. */
  answer: (req: IncomingMessage, res: ServerResponse) => void;
  close(): Promise<void>;
}

/** Starts a {@link Loopback} that answers with JSON. */
export async function loopback(json: () => unknown): Promise<Loopback> {
  const server = createServer((req, res) => running.answer(req, res));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const running: Loopback = {
    asked: [],
    answer: (_, res) => {
      res.setHeader("content-type", "application/json").end(JSON.stringify(json()));
    },
    fetch: async (url, init) => {
      running.asked.push(url);
      const { pathname, search } = new URL(url);
      return fetch(`${origin}${pathname}${search}`, init);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return running;
}
