import type { SourceOptions } from "@countersign/node";
import type { Request } from "express";

/**
 * Reads scheme, host and address as the sender called them, from a proxy where the application trusts it.
 *
 * Whatever else runs Express middleware (connect, middie) has neither an application nor `protocol`; then the request itself is read.
 */
export function sourceOptions(req: Partial<Request>): SourceOptions {
  const { app, headers, socket } = req;
  const forwarded = headers?.["x-forwarded-host"];
  return {
    scheme: req.protocol,
    // With the port, which Express 4 leaves out of `req.host`.
    authority:
      forwarded !== undefined && isTrusted(app, socket?.remoteAddress)
        ? String(forwarded).split(",")[0]?.trim() || undefined
        : undefined,
    via: "express",
    remoteAddress: req.ip,
  };
}

function isTrusted(app: Partial<Request>["app"], address: string | undefined): boolean {
  const trusts: unknown = typeof app?.get === "function" ? app.get("trust proxy fn") : undefined;
  return (
    typeof trusts === "function" &&
    (trusts as (address: string | undefined, hop: number) => boolean)(address, 0)
  );
}
