import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, type Snippet } from "./pages.ts";

/** Whose names examples may use without importing them, as they may those of their own package. */
const MODULES = [
  "@countersign/core",
  "@countersign/core/providers",
  "@countersign/core/explain",
  "@countersign/core/testing",
  "@countersign/express",
  "@countersign/inbox",
  "@countersign/inbox/bullmq",
  "@countersign/inbox/pg-boss",
  "@countersign/inbox/rabbitmq",
  "@countersign/inbox/sqlite",
  "@countersign/queue-rabbitmq",
  "@countersign/sender",
  "@countersign/sender/testing",
  "@countersign/store-postgres",
  "@countersign/store-redis",
  "@countersign/opentelemetry",
  "@countersign/store-sqlite",
];

/** What examples take for granted besides. */
const GRANTED = `
  const { createClient }: typeof import("redis");
  const { Pool }: typeof import("pg");
  const Database: typeof import("libsql");
  const PgBoss: typeof import("pg-boss");
  const assert: typeof import("node:assert/strict");
  const http: typeof import("node:http");
  const Bun: { serve(options: { fetch: (request: Request) => Promise<Response> }): void };
  namespace Stripe {
    type Event = { type: "invoice.paid"; data: { object: object } };
  }

  const app: import("express").Express;
  const router: import("@koa/router").Router;
  const handler: import("express").RequestHandler;
  function POST(request: Request): Promise<Response>;
  const request: Request;
  const req: import("node:http").IncomingMessage;
  const res: import("node:http").ServerResponse;
  const delivery: import("@countersign/core").Delivery;
  const headers: Record<string, string>;
  const body: Uint8Array;
  const rawBody: Uint8Array;

  const acme: import("@countersign/core").Provider;
  const provider: import("@countersign/core").Provider;
  const examples: import("@countersign/core/testing").SignedExample[];
  const secret: string;
  const token: string;
  const url: string;
  const connectionString: string;
  const data: object;
  const table: string;
  const client: import("redis").RedisClientType;
  const pool: import("pg").Pool;
  const queue: { add(work: unknown): Promise<void> };
  const sender: import("@countersign/sender").Sender;
  const subscriptions: import("@countersign/sender").SubscriptionStore;
  const publisher: import("@countersign/sender").Publisher;
  function dynamoStore(options: object): import("@countersign/core").ClaimStore;
  function log(text: unknown): void;
  function notify(text: string): Promise<void>;
`;

/** Types that others publish, in the shape that counts here. */
export const TYPE_PACKAGES = `
declare module "@octokit/webhooks-types" {
  export interface EventPayloadMap { push: { ref: string } }
}
declare module "@slack/types" {
  export type SlackEvent = { type: "app_mention"; text: string } | { type: "reaction_added" };
}
`;

/** The application that the examples of a package add routes to, where it is not one of Express. */
const APPS: Readonly<Record<string, string>> = {
  fastify: `declare const app: import("fastify").FastifyInstance;`,
  hono: `declare const app: import("hono").Hono<{ Bindings: { PARADYM_SECRET: string } }>;`,
};

/** Every block of TypeScript in the docstrings of the packages, with the imports that it needs. */
export async function docstringSnippets(): Promise<readonly Snippet[]> {
  const snippets: Snippet[] = [];
  for (const path of sourcesOf("packages")) {
    const text = readFileSync(join(root, path), "utf8");
    for (const { 1: block = "", index } of text.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```$/gms)) {
      const line = text.slice(0, index).split("\n").length;
      const code = block.replaceAll(/^ *\* ?/gm, "");
      const [, folder = ""] = path.split("/");
      // oxlint-disable-next-line no-await-in-loop -- the same few modules
      const names = (await exportsOf(nameOf(folder))).filter((name) =>
        new RegExp(`\\b${name}\\b`).test(code),
      );
      const own = `import { ${names.join(", ")} } from "${nameOf(folder)}";`;
      // On one line, so that the compiler's line numbers are those of the example, less one.
      snippets.push({ page: path, line, code: `${own} ${APPS[folder] ?? ""}\n${code}` });
    }
  }
  return snippets;
}

/** A file that declares what the examples have without an import. */
export async function given(): Promise<string> {
  const names = new Map<string, string>();
  for (const module of MODULES) {
    // oxlint-disable-next-line no-await-in-loop -- the first that has a name
    for (const name of await exportsOf(module)) if (!names.has(name)) names.set(name, module);
  }
  const exported = [...names].map(
    ([name, module]) => `const ${name}: typeof import("${module}").${name};`,
  );
  return `export {};\ndeclare global {\n${exported.join("\n")}\n${GRANTED}}\n`;
}

/** The command line is published without a scope. */
function nameOf(folder: string): string {
  return folder === "cli" ? "countersign" : `@countersign/${folder}`;
}

async function exportsOf(module: string): Promise<readonly string[]> {
  return Object.keys((await import(module)) as object);
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /^[^/]+\/src\/.*\.ts$/.test(path))
    .map((path) => `${folder}/${path}`);
}
