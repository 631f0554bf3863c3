import type { Context } from "hono";

/** The places where runtimes keep the sender's address; none has all of them. */
interface RuntimeBindings {
  /** `@hono/node-server`: Node's own request. */
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
  /** Deno: the second argument of its handler. */
  readonly remoteAddr?: { readonly hostname?: string };
  /** Bun: the server, by itself or as `{ server }`. */
  readonly requestIP?: RequestIp;
  readonly server?: { readonly requestIP?: RequestIp };
}

type RequestIp = (request: Request) => { readonly address: string } | null;

/** Finds the IP address that a request came from, where the runtime tells it. */
export function remoteAddressOf(c: Context): string | undefined {
  const { raw } = c.req;
  // Only there is the header Cloudflare's own; elsewhere anybody can send one.
  if ("cf" in raw) return c.req.header("cf-connecting-ip");
  const bindings = (c.env ?? {}) as RuntimeBindings;
  const bun = typeof bindings.requestIP === "function" ? bindings : bindings.server;
  return (
    bindings.incoming?.socket?.remoteAddress ??
    bindings.remoteAddr?.hostname ??
    (typeof bun?.requestIP === "function" ? bun.requestIP(raw)?.address : undefined)
  );
}
