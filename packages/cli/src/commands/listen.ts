import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Command } from "commander";
import { type Output, outputTo } from "../base/output.ts";
import { colours } from "../base/terminal.ts";
import { UsageError } from "../base/usage-error.ts";
import { answerInspector, type InspectorApi } from "../inspector/api.ts";
import { refuseProduction } from "../inspector/guard.ts";
import { type Endpoint, endpointOf, readRoute } from "../listen/endpoint.ts";
import { createListener } from "../listen/listener.ts";
import { memoryLog, type WatchedLog, watched } from "../log/delivery-log.ts";
import { DEFAULT_FOLDER, sqliteLog } from "../log/sqlite-log.ts";
import { entryRecord, entryText } from "./entry-line.ts";
import {
  collect,
  httpUrl,
  providerAndSecrets,
  type SecretOptions,
  withJsonOption,
  withSecretOptions,
} from "./options.ts";

const DEFAULT_UI_PORT = "4401";

interface ListenOptions extends SecretOptions {
  readonly port: string;
  readonly host: string;
  readonly provider?: string;
  readonly route?: readonly string[];
  readonly forward?: string;
  readonly publicUrl?: string;
  readonly save?: string | true;
  readonly ui?: string | true;
  readonly showResponse?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  countersign listen --provider github --secret-env GITHUB_SECRET --forward http://localhost:3000/github
  countersign listen --route /stripe=stripe:STRIPE_SECRET --route /gh=github:GITHUB_SECRET --forward http://localhost:3000
  countersign listen --provider para --secret-env PARA_SECRET --save --json | jq .verdict

A forward URL without a path keeps the path of each delivery. Everything is forwarded, also what is refused: the application has to
verify for itself.
`;

/** Adds `countersign listen`. */
export function addListen(program: Command): void {
  const command = program
    .command("listen")
    .description(
      "receive deliveries, verify each, say why one is refused, and forward them unchanged",
    )
    .option("--port <n>", "port of this machine; 0 for any", "4400")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--provider <name>", "who signs: a preset, or ./file.js#export")
    .option(
      "--route <path=provider:VAR>",
      "a path, who signs there, and the variable with the secret; several VAR with commas",
      collect,
    )
    .option("--forward <url>", "send every delivery on to this application")
    .option(
      "--public-url <url>",
      "the URL that the provider calls, where it signs it and a proxy changes it",
    )
    .option("--save [folder]", `keep deliveries in SQLite; default folder: ${DEFAULT_FOLDER}`)
    .option("--ui [port]", "show deliveries in a browser on this machine; default port: 4401")
    .option("--show-response", "print the body of each answer");
  withJsonOption(withSecretOptions(command)).addHelpText("after", EXAMPLES).action(listen);
}

async function listen(options: ListenOptions): Promise<void> {
  const output = outputTo(options.json ?? false);
  if (options.ui !== undefined) refuseProduction();
  const endpoints = await endpointsOf(options, output);
  const forward = options.forward === undefined ? undefined : httpUrl(options.forward);
  const folder = options.save === true ? DEFAULT_FOLDER : options.save;
  const log = watched(folder === undefined ? memoryLog() : await sqliteLog(folder, true));
  log.watch((entry) => {
    if (entry.answered === undefined) return;
    output.say(entryText(entry, options.showResponse ?? false), entryRecord(entry));
  });
  const onError = (error: unknown): void =>
    output.note(`${colours.red("error:")} ${String(error)}`);
  const server = createListener({ endpoints, forward, log, onError });
  const url = await started(server, options.port, options.host);
  const ui =
    options.ui === undefined
      ? undefined
      : await startedUi(options.ui, { endpoints, log, origin: () => url });
  output.say(introduction(url, endpoints, forward, ui?.url), {
    listening: url,
    ...(ui !== undefined && { inspector: ui.url }),
  });
  await untilStopped([server, ...(ui === undefined ? [] : [ui.server])], log);
}

async function endpointsOf(options: ListenOptions, output: Output): Promise<readonly Endpoint[]> {
  const { provider, route = [], publicUrl } = options;
  const rest =
    provider === undefined
      ? []
      : [{ path: undefined, ...(await providerAndSecrets(provider, options)) }];
  const routes = await Promise.all(route.map(readRoute));
  return [...routes, ...rest].map((each) =>
    endpointOf({
      ...each,
      publicUrl,
      onWarning: ({ message }) => output.note(`${colours.yellow("warning:")} ${message}`),
    }),
  );
}

/** Starts the inspector: always on this machine alone, on a port of its own, so that no tunnel to the listener leads to it. */
async function startedUi(
  port: string | true,
  api: InspectorApi,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((req, res) => {
    void answerInspector(req, res, (req.url ?? "/").slice(1), api).catch(() => res.destroy());
  });
  const origin = await started(server, port === true ? DEFAULT_UI_PORT : port, "127.0.0.1");
  return { server, url: `${origin}/` };
}

async function started(server: Server, port: string, host: string): Promise<string> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`"${port}" is not a port.`);
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new UsageError(
          `Nothing can listen on ${host}:${port} (${cause.code ?? cause.message}). Give another --port.`,
          { cause },
        ),
      );
    });
    server.listen(Number(port), host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}

function introduction(
  url: string,
  endpoints: readonly Endpoint[],
  forward: string | undefined,
  ui: string | undefined,
): string {
  const lines = endpoints.map(({ path, provider }) => `  ${path ?? "/*"}  ${provider.name}`);
  return [
    `Listening on ${colours.bold(url)}`,
    ...(lines.length === 0 ? ["  nothing is verified: give --provider or --route"] : lines),
    ...(forward === undefined ? [] : [`  forwarding to ${forward}`]),
    ...(ui === undefined ? [] : [`  inspector at ${colours.bold(ui)}`]),
  ].join("\n");
}

/** Resolves when the user stops the program. */
async function untilStopped(servers: readonly Server[], log: WatchedLog): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  log.close();
}
