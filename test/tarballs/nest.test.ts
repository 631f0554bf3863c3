import { join } from "node:path";
import { paradym } from "@countersign/core/providers";
import { signedRequest } from "@countersign/sender/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freePort, SECRET, start } from "../examples/example.ts";
import { type Project, projectWith } from "./project.ts";
import { run } from "../packaging/published-package.ts";

// What `nest new` installs for NestJS 11, whose default project is CommonJS. NestJS 12 is tested in test/nestjs and test/conformance.
const OTHERS =
  "@nestjs/common@11 @nestjs/core@11 @nestjs/platform-express@11 @nestjs/platform-fastify@11 @nestjs/testing@11 reflect-metadata@0.2 rxjs@7 jest@30 ts-jest@29 supertest@7 typescript@5.9 @types/jest@30 @types/node@24 @types/express@5 @types/supertest@7";

let project: Project;
beforeAll(async () => {
  project = await projectWith(inject("tarballs"), "nest", OTHERS.split(" "));
}, 600_000);
afterAll(() => project.remove());

const tool = (name: string, ...args: string[]): Promise<string> =>
  run(join(project.folder, "node_modules/.bin", name), args, project.folder);

describe("A default project of NestJS 11", () => {
  test("passes its end-to-end test with jest in CommonJS, on Express and on Fastify", async () => {
    const report = await tool("jest", "--config", "./test/jest-e2e.json", "--json");
    expect(JSON.parse(report)).toMatchObject({ numPassedTests: 8, numTotalTests: 8 });
  }, 600_000);

  test("is built, and takes what is genuine and nothing else", async () => {
    await tool("tsc", "-p", "tsconfig.build.json");
    const port = await freePort();
    const env = { PARADYM_SECRET: SECRET, PORT: String(port) };
    const main = join(project.folder, "dist/main.js");
    const running = await start(process.execPath, [main], port, env);
    const delivery = {
      provider: paradym,
      secret: SECRET,
      url: `http://localhost:${port}/paradym`,
      body: {
        eventType: "workflowExecution.completed" as const,
        payload: { workflowId: "w_1" },
      },
    };
    try {
      expect((await fetch((await signedRequest(delivery)).toRequest())).status).toBe(200);
      const forged = await signedRequest({ ...delivery, tamper: "body" });
      expect((await fetch(forged.toRequest())).status).toBe(401);
      expect(running.said()).toContain("completed: w_1");
      expect(running.said()).not.toContain("Warning");
    } finally {
      running.stop();
    }
  });
});
