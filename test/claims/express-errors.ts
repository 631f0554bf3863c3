import type express from "express";

/** Express tells an error handler by its four parameters; its own one would print every error. */
export function answerErrors(
  _error: unknown,
  _req: express.Request,
  res: express.Response,
  _next: express.NextFunction,
): void {
  res.status(500).end();
}
