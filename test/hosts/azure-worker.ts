import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import Module from "node:module";
import { buffer } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import type { Host } from "./host-cases.ts";

type Handler = (...inputs: unknown[]) => unknown;

/** What `@azure/functions` calls of the worker. */
interface Metadata {
  readonly name: string;
  readonly bindings: Record<string, { readonly type: string }>;
}

interface InvocationModel {
  getArguments(): Promise<{ readonly context: object; readonly inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], handler: Handler): Promise<unknown>;
  getResponse(
    context: object,
    result: unknown,
  ): Promise<{ readonly returnValue?: { readonly http: RpcAnswer } }>;
}

interface ProgrammingModel {
  getInvocationModel(context: object): InvocationModel;
  getCapabilities(capabilities: object): Promise<{ readonly HttpUri?: string }>;
}

interface RpcAnswer {
  readonly statusCode: string;
  readonly headers: Record<string, string>;
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string };
}

/** The functions of an application, and the model by which they are invoked. */
interface Worker {
  readonly functions: Map<string, { readonly metadata: Metadata; readonly handler: Handler }>;
  model?: ProgrammingModel;
}

const CORE = "@azure/functions-core";

/**
 * Stands in for the worker of Azure Functions, which can't be had from npm: gives `@azure/functions` the module that the worker gives it.
 * Call it before that is loaded.
 */
export function startWorker(): Worker {
  const worker: Worker = { functions: new Map() };
  const core = {
    version: "3.12.0",
    hostVersion: "4.1041.0",
    log: () => {},
    registerFunction: (metadata: Metadata, handler: Handler) => {
      worker.functions.set(metadata.name, { metadata, handler });
    },
    setProgrammingModel: (model: ProgrammingModel) => {
      worker.model = model;
    },
  };
  // Called with its module below, as the worker does.
  // oxlint-disable-next-line typescript/unbound-method
  const load = Module.prototype.require;
  Module.prototype.require = Object.assign(function require(this: Module, id: string): unknown {
    return id === CORE ? core : load.call(this, id);
  }, load);
  return worker;
}

/**
 * Serves a function as the host does: each request over a socket becomes an invocation, whose body is in its message, or, with
 * `enableHttpStream`, comes over a second socket to the library's own server.
 */
export async function serveFunction({ functions, model }: Worker, name: string): Promise<Host> {
  const registered = functions.get(name);
  if (registered === undefined || model === undefined)
    throw new Error(`${name} is not registered.`);
  const { HttpUri: streamTo } = await model.getCapabilities({});
  const { metadata, handler } = registered;

  /** Invokes the function; resolves to the answer that is in its message. */
  async function invoke(invocationId: string, http: object): Promise<RpcAnswer | undefined> {
    const inputData = [{ name: nameOfTrigger(metadata), data: { http } }];
    const headers = { json: JSON.stringify((http as { headers: object }).headers) };
    const request = { invocationId, inputData, triggerMetadata: { Headers: headers } };
    const invocation = model?.getInvocationModel({ invocationId, metadata, request, log() {} });
    if (invocation === undefined) return undefined;
    const { context, inputs } = await invocation.getArguments();
    const result = await invocation.invokeFunction(context, inputs, handler);
    return (await invocation.getResponse(context, result)).returnValue?.http;
  }

  const server = createServer(async (req, res) => {
    const id = crypto.randomUUID();
    const http = {
      url: `https://app.azurewebsites.net${req.url}`,
      method: req.method,
      headers: req.headers,
    };
    const bytes = await buffer(req);
    if (streamTo === undefined) {
      answer(res, await invoke(id, { ...http, body: { bytes } }).catch(() => undefined));
      return;
    }
    forward(req, bytes, res, new URL(req.url ?? "/", streamTo), id);
    void invoke(id, http).catch((error: unknown) => res.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/${name}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function nameOfTrigger({ bindings }: Metadata): string {
  return Object.keys(bindings).find((name) => bindings[name]?.type === "httpTrigger") ?? "";
}

function answer(res: ServerResponse, rpc: RpcAnswer | undefined): void {
  if (rpc === undefined) res.writeHead(500).end();
  else {
    const { bytes, string } = rpc.body ?? {};
    res.writeHead(Number(rpc.statusCode), rpc.headers).end(bytes ?? string);
  }
}

function forward(
  req: IncomingMessage,
  body: Buffer,
  res: ServerResponse,
  to: URL,
  id: string,
): void {
  const headers = {
    ...req.headers,
    "x-ms-invocation-id": id,
    "x-forwarded-host": "app.azurewebsites.net",
    "x-forwarded-proto": "https",
  };
  // A connection for each: one whose body was refused unread carries nothing more.
  const options = { method: req.method ?? "POST", headers, agent: false };
  const forwarded = httpRequest(to, options, (back) => {
    res.writeHead(back.statusCode ?? 502, back.headers);
    back.pipe(res);
  });
  forwarded.on("error", (error) => {
    // An answer may come before the whole body is sent.
    if (!res.headersSent) res.destroy(error);
  });
  forwarded.end(body);
}
