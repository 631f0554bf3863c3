import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ServerResponse } from "node:http";

/** The files of the page, which is built with the package. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "": ["index.html", "text/html; charset=utf-8"],
  "page.js": ["page.js", "text/javascript; charset=utf-8"],
  "page.css": ["page.css", "text/css; charset=utf-8"],
  "icon.svg": ["icon.svg", "image/svg+xml"],
};

/** Nothing but the page's own files, and no address but its own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Headers of everything that the inspector answers. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Answers with a file of the page.
 *
 * @returns false if there is no such file
 */
export function sendAsset(res: ServerResponse, name: string): boolean {
  const found = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (found === undefined) return false;
  const [file, type] = found;
  const root = dirname(createRequire(import.meta.url).resolve("countersign/package.json"));
  res
    .writeHead(200, { ...SAFE_HEADERS, "content-type": type })
    .end(readFileSync(join(root, "dist/page", file)));
  return true;
}
