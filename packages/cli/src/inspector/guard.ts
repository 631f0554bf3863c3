import type { IncomingMessage } from "node:http";
import { UsageError } from "../base/usage-error.ts";

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/** Headers of a proxy or a tunnel: whoever is behind it is not on this machine. */
const FROM_ELSEWHERE = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-real-ip",
  "cf-connecting-ip",
];

/**
 * Says why a request may not see the inspector: only a browser on this machine may, and only the inspector's own page may ask.
 *
 * @returns undefined if it may
 */
export function refusalOf(req: IncomingMessage): string | undefined {
  const { headers, socket, method = "GET" } = req;
  const { host = "", origin } = headers;
  if (!LOOPBACK.test(socket.remoteAddress ?? "")) return "The inspector answers this machine only.";
  // Against DNS rebinding: another site's name may resolve to this machine.
  if (!LOCAL_HOST.test(host)) return "The inspector is reached as localhost or 127.0.0.1 only.";
  if (FROM_ELSEWHERE.some((name) => headers[name] !== undefined)) {
    return "The inspector is not reached through a proxy or a tunnel.";
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return "Another site may not use the inspector.";
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return "Another site may not use the inspector.";
  }
  if (method === "GET" || method === "HEAD") return undefined;
  if (origin === undefined) return "Requests that change something need an Origin.";
  return /^application\/json\b/i.test(headers["content-type"] ?? "")
    ? undefined
    : "Requests that change something carry JSON.";
}

/**
 * Fails where somebody else than the developer could look on.
 *
 * @throws UsageError with `NODE_ENV=production`
 */
export function refuseProduction(): void {
  if (process.env["NODE_ENV"] === "production") {
    throw new UsageError(
      "The inspector shows whole deliveries and is for development: it does not start with NODE_ENV=production. Mount it under a condition, or unset NODE_ENV.",
    );
  }
}
