import type { RequestParts } from "@countersign/node";
import type { Request } from "express";

/**
 * Reads scheme and host as the sender called them, from a proxy where the application trusts it.
 *
 * Whatever else runs Express middleware (connect, middie) has neither an application nor `protocol`; then the request itself is read.
 */
export function requestParts({ app, headers, protocol, socket }: Partial<Request>): RequestParts {
  const trusts: unknown = typeof app?.get === "function" ? app.get("trust proxy fn") : undefined;
  const forwarded = headers?.["x-forwarded-host"];
  const isTrusted =
    forwarded !== undefined &&
    typeof trusts === "function" &&
    (trusts as (address: string | undefined, hop: number) => boolean)(socket?.remoteAddress, 0);
  return {
    scheme: protocol,
    // With the port, which Express 4 leaves out of `req.host`.
    authority: isTrusted ? String(forwarded).split(",")[0]?.trim() || undefined : undefined,
  };
}
