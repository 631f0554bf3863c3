import { KEEP_THE_BYTES } from "./body/body-variant.ts";

/** The line that keeps the bytes of a body, framework by framework, platform by platform. */
const KEEP_BY_VIA: Readonly<Record<string, string>> = {
  express: KEEP_THE_BYTES,
  node: "Pass the bytes as they came over the wire: collect them with `for await (const chunk of req)`, and parse none of them before.",
  koa: "Pass the bytes as they came over the wire: put app.use(webhook(…)) before app.use(bodyParser()).",
  fastify:
    "Pass the bytes as they came over the wire: register the webhook plugin in a scope of its own, and no parser or preParsing hook around it.",
  hono: "Pass the bytes as they came over the wire: put the webhook before any validator, and call neither c.req.json() nor c.req.parseBody() before it.",
  fetch:
    "Pass the bytes as they came over the wire: give the Request unread, or `await request.arrayBuffer()`, and never request.json().",
  nest: "Pass the bytes as they came over the wire: NestFactory.create(AppModule, { rawBody: true }), then req.rawBody.",
  next: "Pass the bytes as they came over the wire: in app/ routes `await request.arrayBuffer()`; in pages/api `export const config = { api: { bodyParser: false } }`.",
  lambda:
    'Pass the bytes as they came over the wire: Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8").',
  firebase:
    "Pass the bytes as they came over the wire: req.rawBody; Firebase has parsed req.body already.",
  workers:
    "Pass the bytes as they came over the wire: `await request.arrayBuffer()`, and never request.json() before it.",
};

/** Variables by which a platform is known. */
const VIA_BY_VARIABLE: Readonly<Record<string, string>> = {
  AWS_LAMBDA_FUNCTION_NAME: "lambda",
  NEXT_RUNTIME: "next",
  FIREBASE_CONFIG: "firebase",
  FUNCTION_TARGET: "firebase",
};

/** Adapters that know better than the environment how bodies reach them. */
const OWN_WAY: ReadonlySet<string> = new Set(["koa", "fastify", "hono", "nest", "next", "workers"]);

interface Globals {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly navigator?: { readonly userAgent?: string };
  readonly Deno?: unknown;
}

/**
 * Writes a remedy for the framework or platform that a delivery came through.
 *
 * @param remedy as the search knows it: for Express, or for anything
 * @param via what the adapter said it is; undefined where nobody did
 * @param globals the runtime's global object, by which platforms are recognised
 */
export function remedyFor(
  remedy: string,
  via: string | undefined,
  globals: object = globalThis,
): string {
  if (!remedy.includes(KEEP_THE_BYTES)) return remedy;
  const known = via !== undefined && OWN_WAY.has(via) ? via : (platformOf(globals) ?? via);
  const kept = known !== undefined && Object.hasOwn(KEEP_BY_VIA, known) && KEEP_BY_VIA[known];
  return kept ? remedy.replace(KEEP_THE_BYTES, kept) : remedy;
}

function platformOf(globals: Globals): string | undefined {
  const { process, navigator, Deno } = globals;
  if (navigator?.userAgent === "Cloudflare-Workers") return "workers";
  // Deno asks the user before it shows a variable.
  const env = Deno === undefined ? (process?.env ?? {}) : {};
  return Object.entries(VIA_BY_VARIABLE).find(([name]) => env[name])?.[1];
}
