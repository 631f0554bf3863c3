import type { Readable } from "node:stream";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Claim, OneOf, ReceiverOptions, WebhookEvent } from "@countersign/core";

/** What a handler answers; each framework says it in its own way. Nothing: 200. */
export interface Reply {
  readonly status?: number;
  readonly body?: string;
  /** The body, from a stream. */
  readonly stream?: () => Readable;
  /** Only sets the status, and returns: the answer is left to the middleware. */
  readonly unsent?: boolean;
  /** Answers past the framework, on Node's own response. */
  readonly past?: boolean;
  /** In the handler form: what the handler itself returns. */
  readonly returned?: unknown;
  /** Thrown when the answer is out; together with `past`. */
  readonly failsAfter?: Error;
}

const FRONTS = [
  "a parser to bytes",
  "a parser that keeps the bytes",
  "a parser that keeps text",
  "a parser that keeps nothing",
  "compression",
  "sessions",
  "a guard that answers slow senders",
  "a trusted proxy",
] as const;

/** What stands in front of the webhook. */
export type Front = (typeof FRONTS)[number];

const ABILITIES = [
  ...FRONTS,
  "answer past the framework",
  "set a status and return",
  "sibling",
  "middleware",
  "inflate br",
  "leave a body unread",
  "Node's own request",
] as const;

/** What a framework can have in front, and do at all. */
export type Ability = (typeof ABILITIES)[number];

/** What a framework can that lacks nothing but these. */
export function everythingBut(...missing: readonly Ability[]): ReadonlySet<Ability> {
  return new Set(ABILITIES.filter((ability) => !missing.includes(ability)));
}

export interface Setup {
  readonly options: ReceiverOptions | OneOf<Record<string, unknown>>;
  /** The same one by one, where they are those of several receivers. */
  readonly several?: readonly ReceiverOptions[] | undefined;
  readonly handle: (event: WebhookEvent, claim: Claim) => Promise<Reply | void> | Reply | void;
  /** Whether the event is processed by a handler behind the middleware, or by one that is given to it. Default `middleware`. */
  readonly form?: "middleware" | "handler";
  readonly front?: Front | undefined;
  /** What a host does with Node's own request before the framework sees it. */
  readonly before?: ((req: IncomingMessage) => Promise<void> | void) | undefined;
}

/** A server on loopback: the webhook on `/hook` for every method, and beside it `POST /sibling`, which parses JSON and echoes it. */
export interface Running {
  readonly port: number;
  /** What reached the framework's own error handling. */
  readonly errors: readonly unknown[];
  /** How many bytes all connections together have taken from their senders. */
  readonly bytesRead: () => number;
  readonly stop: () => Promise<void>;
}

/** One framework in one major version. */
export interface Subject {
  readonly name: string;
  readonly can: ReadonlySet<Ability>;
  readonly start: (setup: Setup) => Promise<Running>;
}

/** Makes a server whose requests something else may have first. */
export function serverOf(listener: RequestListener, before: Setup["before"]): Server {
  if (before === undefined) return createServer(listener);
  return createServer((req, res) => {
    void Promise.resolve(before(req)).then(() => listener(req, res));
  });
}

/** Listens on a free port, and counts. */
export async function listening(
  server: Server,
  errors: readonly unknown[],
  stop: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Running> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  if (!server.listening) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }
  return {
    port: (server.address() as AddressInfo).port,
    errors,
    bytesRead: () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await stop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
