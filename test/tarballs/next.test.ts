import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { github } from "@countersign/core/providers";
import { signedRequest } from "@countersign/sender/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freePort, SECRET, start } from "../examples/example.ts";
import { snippetUnder } from "../readme/pages.ts";
import { type Project, projectWith } from "./project.ts";
import { run } from "../packaging/published-package.ts";

const OTHERS = "next@16 react@19 react-dom@19 typescript@5.9 @types/node@20 @types/react@19";
const ROUTE = "app/api/github/route.ts";

let project: Project;
beforeAll(async () => {
  project = await projectWith(inject("tarballs"), "next", OTHERS.split(" "));
  const { code } = snippetUnder("docs/serverless.md", "A secret that is not set at build time");
  const route = join(project.folder, ROUTE);
  mkdirSync(dirname(route), { recursive: true });
  writeFileSync(route, code);
}, 600_000);
afterAll(() => project.remove());

describe("The route handler of docs/serverless.md in an application of Next.js", () => {
  test("is built without its secret, and takes what is genuine when it is started with it", async () => {
    const next = join(project.folder, "node_modules/next/dist/bin/next");
    delete process.env["GITHUB_SECRET"];
    await run(process.execPath, [next, "build"], project.folder);
    const port = await freePort();
    const args = [next, "start", project.folder, "--port", String(port)];
    const running = await start(process.execPath, args, port, { GITHUB_SECRET: SECRET });
    const delivery = {
      provider: github,
      secret: SECRET,
      url: `http://localhost:${port}/api/github`,
      type: "ping" as const,
      body: { zen: "Hm." },
    };
    try {
      const genuine = (await signedRequest(delivery)).toRequest();
      expect((await fetch(genuine)).status).toBe(200);
      const forged = (await signedRequest({ ...delivery, tamper: "body" })).toRequest();
      expect((await fetch(forged)).status).toBe(401);
      expect(running.said()).toContain("ping");
    } finally {
      running.stop();
    }
  }, 600_000);
});
