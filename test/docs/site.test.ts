import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../cli/chromium.ts";

const SITE = fileURLToPath(new URL("../../docs/.vitepress/dist", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

/** The pages that somebody wrote, and one of each kind that is generated. */
const pages = [
  ...readdirSync(SITE)
    .filter((file) => file.endsWith(".html") && file !== "404.html")
    .map((file) => `/${file.replace(/(index)?\.html$/, "")}`),
  "/extending/provider",
  "/extending/store",
  "/extending/adapter",
  "/providers/",
  "/providers/stripe",
  "/api/",
];

let server: Server;
let browser: Browser;
let origin = "";

beforeAll(async () => {
  server = createServer((req, res) => {
    const path = join(SITE, new URL(req.url ?? "/", "http://localhost").pathname);
    const file = [path, `${path}.html`, join(path, "index.html")].find(
      (each) => extname(each) !== "" && existsSync(each),
    );
    res.writeHead(file === undefined ? 404 : 200, {
      "content-type": TYPES[extname(file ?? "")] ?? "text/plain",
    });
    res.end(file === undefined ? "" : readFileSync(file));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  server.close();
});

describe.each(["light", "dark"] as const)("In %s, the page", (colorScheme) => {
  test.each(pages)(
    "%s loads nothing from elsewhere, shows no error and can be read",
    async (path) => {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: 1280, height: 900 },
      });
      const page = await context.newPage();
      const wrong: string[] = [];
      page.on("pageerror", (error) => wrong.push(String(error)));
      page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
      page.on("request", (request) => {
        if (!request.url().startsWith(origin) && !request.url().startsWith("data:"))
          wrong.push(request.url());
      });
      await page.goto(origin + path, { waitUntil: "networkidle" });
      expect(await page.locator("h1").count()).toBeGreaterThan(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        1280,
      );
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const { axe: checker } = window as unknown as { axe: typeof axe };
        const found = await checker.run(
          {
            include: [[".vp-doc, .VPHome"]],
            // What the highlighter and the pictures are made of is not ours.
            exclude: [[".shiki"], [".mermaid"]],
          },
          {
            runOnly: ["image-alt", "link-name", "list", "heading-order"],
          },
        );
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      expect([...wrong, ...violations]).toEqual([]);
      await context.close();
    },
  );
});

test("the search finds an error code by its name", async () => {
  const page = await browser.newPage();
  await page.goto(`${origin}/quick-start`, { waitUntil: "networkidle" });
  await page.locator("#local-search button").first().click();
  await page.locator("#localsearch-input").fill("body_already_read");
  const first = page.locator(".results a").first();
  await first.waitFor();
  expect(await first.getAttribute("href")).toContain("errors");
  await page.close();
});
