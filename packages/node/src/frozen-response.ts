import type { ServerResponse } from "node:http";

/** The methods that would change a response after its end. */
const FROZEN_METHODS = [
  "setHeader",
  "setHeaders",
  "appendHeader",
  "removeHeader",
  "writeHead",
  "flushHeaders",
] as const;

/** Makes the response look and behave as one that has been sent; returns what undoes it. */
export function freeze(res: ServerResponse): () => void {
  const undo: (() => void)[] = [];
  const define = (name: string, descriptor: PropertyDescriptor): void => {
    const before = Object.getOwnPropertyDescriptor(res, name);
    Object.defineProperty(res, name, { ...descriptor, configurable: true });
    undo.push(() => {
      Reflect.deleteProperty(res, name);
      if (before !== undefined) Object.defineProperty(res, name, before);
    });
  };
  for (const name of FROZEN_METHODS) {
    define(name, {
      writable: true,
      value: () => {
        throw Object.assign(new Error(`Cannot call res.${name}() after res.end()`), {
          code: "ERR_HTTP_HEADERS_SENT",
        });
      },
    });
  }
  define("write", { writable: true, value: () => false });
  define("headersSent", { get: () => true });
  define("writableEnded", { get: () => true });
  return () => {
    for (const step of undo) step();
  };
}
