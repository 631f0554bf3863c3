import type { Environment } from "./diagnose.ts";

/** Variables that platforms set, which start and stop copies of a program as they like. */
const PLATFORM_BY_VARIABLE: Readonly<Record<string, string>> = {
  AWS_LAMBDA_FUNCTION_NAME: "AWS Lambda",
  VERCEL: "Vercel",
  NETLIFY: "Netlify",
  K_SERVICE: "Cloud Run",
  FUNCTION_TARGET: "Cloud Functions",
  FUNCTIONS_WORKER_RUNTIME: "Azure Functions",
};

/** The parts of Node's globals that are looked at; other runtimes have some of them, or none. */
interface Globals {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly getBuiltinModule?: (name: string) => { readonly isWorker?: boolean } | undefined;
  };
  readonly navigator?: { readonly userAgent?: string };
  readonly EdgeRuntime?: unknown;
  readonly Deno?: unknown;
}

/**
 * Reads what the environment says about the process.
 *
 * @param globals the runtime's global object
 */
export function environmentOf(globals: object = globalThis): Environment {
  const { process, navigator, EdgeRuntime, Deno } = globals as Globals;
  // Deno asks the user before it shows a variable.
  const env = Deno === undefined ? (process?.env ?? {}) : {};
  return {
    isClusterWorker: process?.getBuiltinModule?.("node:cluster")?.isWorker === true,
    serverlessPlatform:
      navigator?.userAgent === "Cloudflare-Workers"
        ? "Cloudflare Workers"
        : EdgeRuntime !== undefined
          ? "an edge runtime"
          : platformOf(env),
  };
}

function platformOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return Object.entries(PLATFORM_BY_VARIABLE).find(([name]) => env[name])?.[1];
}
