import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { fixtureTypes } from "@countersign/sender/testing";
import { endpointAt } from "../listen/endpoint.ts";
import type { WatchedLog } from "../log/delivery-log.ts";
import { compose, copyAs, replay, sample, type Target } from "./actions.ts";
import { SAFE_HEADERS, sendAsset } from "./assets.ts";
import { refusalOf } from "./guard.ts";
import { detailOf, rowOf } from "./rows.ts";
import type { ComposeRequest, ShownEndpoint } from "./wire.ts";

/** The log that the inspector shows, and the place to which it sends deliveries. */
export interface InspectorApi extends Target {
  readonly log: WatchedLog;
}

const HEARTBEAT_MS = 15_000;

/**
 * Answers a request of the inspector's page.
 *
 * @param path what is asked for, below the inspector's own path, without a slash in front
 */
export async function answerInspector(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  api: InspectorApi,
): Promise<void> {
  const refusal = refusalOf(req);
  if (refusal !== undefined) return json(res, 403, { error: refusal });
  const [name = ""] = path.split("?");
  if (req.method === "GET" && sendAsset(res, name)) return;
  const [root, kind, id, action] = name.split("/");
  if (root !== "api") return json(res, 404, { error: "There is nothing here." });
  if (req.method === "GET" && kind === "events") return stream(req, res, api);
  if (req.method === "GET" && kind === "endpoints") return json(res, 200, endpointsOf(api));
  if (req.method === "GET" && kind === "sample")
    return json(res, 200, await sample(queryOf(path), api));
  if (req.method === "POST" && kind === "compose") {
    return json(res, 200, await compose(composeRequest(await readJson(req)), api));
  }
  const entry = kind === "deliveries" && id !== undefined ? api.log.get(id) : undefined;
  if (entry === undefined) return json(res, 404, { error: "There is no such delivery." });
  if (req.method === "GET" && action === undefined) {
    const endpoint = endpointAt(api.endpoints, new URL(entry.url).pathname);
    return json(res, 200, await detailOf(entry, endpoint));
  }
  if (req.method === "POST" && action === "replay") {
    const { resign } = (await readJson(req)) as { resign?: unknown };
    return json(res, 200, await replay(entry, resign === true, api));
  }
  const copy = copyAs(action ?? "", entry);
  return copy === undefined
    ? json(res, 404, { error: "There is nothing here." })
    : json(res, 200, { text: copy });
}

/** Sends every delivery that there is, and then each that comes or changes (server-sent events). */
function stream(req: IncomingMessage, res: ServerResponse, { log }: InspectorApi): void {
  res.writeHead(200, { ...SAFE_HEADERS, "content-type": "text/event-stream" });
  const send = (event: string, data: unknown): void => {
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send("all", log.all().map(rowOf));
  const end = log.watch((entry) => send("one", rowOf(entry)));
  const heartbeat = setInterval(() => res.write(":\n\n"), HEARTBEAT_MS).unref();
  req.once("close", () => {
    end();
    clearInterval(heartbeat);
  });
}

function endpointsOf({ endpoints }: InspectorApi): readonly ShownEndpoint[] {
  return endpoints.map(({ path = "/", provider }) => ({
    path,
    provider: provider.name,
    types: fixtureTypes(provider),
  }));
}

function queryOf(path: string): { readonly path: string; readonly type: string | undefined } {
  const { searchParams } = new URL(path, "http://localhost");
  return { path: searchParams.get("path") ?? "/", type: searchParams.get("type") ?? undefined };
}

function composeRequest(value: unknown): ComposeRequest {
  const { path, type, body, tamper, ageSeconds } = value as Readonly<Record<string, unknown>>;
  return {
    path: typeof path === "string" && path.startsWith("/") ? path : "/",
    body: typeof body === "string" ? body : "",
    ...(typeof type === "string" && { type }),
    ...((tamper === "body" || tamper === "signature") && { tamper }),
    ...(typeof ageSeconds === "number" && Number.isFinite(ageSeconds) && { ageSeconds }),
  };
}

async function readJson(req: IncomingMessage): Promise<object> {
  try {
    const value = JSON.parse(String(await buffer(req))) as unknown;
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function json(res: ServerResponse, status: number, value: unknown): void {
  res
    .writeHead(status, { ...SAFE_HEADERS, "content-type": "application/json" })
    .end(JSON.stringify(value));
}
