import type { IncomingMessage } from "node:http";

/** The members of a request whose body a host has parsed already. */
interface HostRequest extends IncomingMessage {
  readonly body?: unknown;
  readonly cookies?: unknown;
  readonly query?: unknown;
  readonly preview?: unknown;
  readonly previewData?: unknown;
}

/** A host that parses bodies by itself, how to know it, and the setting that keeps the bytes. */
interface Host {
  readonly is: (req: HostRequest, env: NodeJS.ProcessEnv) => boolean;
  readonly advice: string;
}

const HOSTS: readonly Host[] = [
  {
    // h3 1, Nuxt's server, keeps here what readBody() has read.
    is: (req) => Symbol.for("h3RawBody") in req,
    advice:
      "In Nuxt and h3 call neither readBody() nor readRawBody() in front of the webhook's route, or keep the bytes: event.node.req.rawBody = await readRawBody(event, false).",
  },
  {
    // Next adds these to the request of an API route.
    is: (req) => "preview" in req || "previewData" in req,
    advice:
      "In an API route of Next.js (pages/api) export this beside the handler: export const config = { api: { bodyParser: false } }. A route handler (app/**/route.ts) with receiver.handle() needs no setting.",
  },
  {
    is: (_req, env) => env["VERCEL"] !== undefined && env["NEXT_RUNTIME"] === undefined,
    advice:
      "On Vercel set NODEJS_HELPERS=0, so that its helpers leave the body unread, or export a handler of the Fetch API: export const POST = (request) => receiver.handle(request, handler).",
  },
  {
    is: (_req, env) => env["FUNCTION_TARGET"] !== undefined,
    advice:
      "Google Cloud Functions and Firebase keep the bytes in req.rawBody: pass on the request itself, and let nothing replace or delete its rawBody.",
  },
];

const NEST =
  "In NestJS create the application with the bytes kept: NestFactory.create(AppModule, { rawBody: true }).";

/**
 * Says which line to change where something in front has read the body: the host's setting, the framework's, or the parser of this
 * content type.
 *
 * @param framework what the adapter of a framework says
 */
export function bodyAdvice(
  req: IncomingMessage,
  framework: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const host = HOSTS.find(({ is }) => is(req, env))?.advice;
  // NestJS loads `reflect-metadata`. So do others, but behind Express hardly any of them.
  const nest = "getMetadata" in Reflect ? NEST : undefined;
  return host ?? framework ?? nest ?? parserAdvice(req);
}

function parserAdvice({ headers }: IncomingMessage): string {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers["content-type"] ?? "");
  const parser = isForm ? "express.urlencoded" : "express.json";
  return `Register the webhook route before app.use(${parser}()) or its like, or keep the bytes: ${parser}({ verify: (req, res, buf) => { req.rawBody = buf } }).`;
}
