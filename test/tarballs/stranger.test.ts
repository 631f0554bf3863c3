import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paradym } from "@countersign/core/providers";
import { type SignedRequest, signedRequest } from "@countersign/sender/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freePort, SECRET, start } from "../examples/example.ts";
import { pageAt, snippetsOf } from "../readme/pages.ts";
import { type Project, projectWith } from "./project.ts";
import { run } from "../packaging/published-package.ts";

const OTHERS =
  "express@5 @types/express@5 koa@3 @koa/router@15 fastify@5 hono@4 @hono/node-server@2 @types/node@20 typescript@5.9 ts-node@10 tsx@4 jest@30 esbuild@0.28 webpack@5 vite@7";

let project: Project;
beforeAll(async () => {
  project = await projectWith(inject("tarballs"), "stranger", OTHERS.split(" "));
});
afterAll(() => project.remove());

const node = (...args: string[]): Promise<string> => run(process.execPath, args, project.folder);
const tool = (name: string, ...args: string[]): Promise<string> =>
  run(join(project.folder, "node_modules/.bin", name), args, project.folder);

describe("The quick start of", () => {
  const delivery = {
    provider: paradym,
    secret: SECRET,
    body: {
      eventType: "workflowExecution.failed" as const,
      payload: { error: { message: "the wallet said no" } },
    },
  };

  test.each(["express", "koa", "fastify", "hono", "node"])(
    "%s, copied into an empty project, takes what is genuine and nothing else",
    async (framework) => {
      const [snippet] = snippetsOf(pageAt(`packages/${framework}/README.md`));
      const port = await freePort();
      const file = join(project.folder, `${framework}.mts`);
      writeFileSync(file, snippet?.code.replace("3000", String(port)) ?? "");
      const tsx = join(project.folder, "node_modules/tsx/dist/cli.mjs");
      const env = { PARADYM_SECRET: SECRET };
      const running = await start(process.execPath, [tsx, file], port, env);
      const send = async ({ method, headers, body }: SignedRequest): Promise<number> => {
        const url = `http://localhost:${port}/paradym`;
        return (await fetch(url, { method, headers, body: body as BodyInit })).status;
      };
      try {
        expect(await send(await signedRequest(delivery))).toBe(200);
        expect(await send(await signedRequest({ ...delivery, tamper: "body" }))).toBe(401);
        expect(running.said()).toContain("the wallet said no");
        expect(running.said()).not.toContain("Warning");
      } finally {
        running.stop();
      }
    },
  );
});

describe("A project in CommonJS", () => {
  test("tests its receiver with jest, without any configuration", async () => {
    // jest reports to standard error; it exits with 1 where a test fails.
    expect(await tool("jest", "--json", "receiver.test.js")).toContain('"numPassedTests":2');
  });

  test("runs TypeScript with ts-node", async () => {
    writeFileSync(join(project.folder, "tsconfig.json"), JSON.stringify(tsconfig("node16")));
    expect(await tool("ts-node", "receiver.ts")).toBe("github\n");
  });
});

describe.each(["receiver.ts", "receiver.mts"])("%s compiles under", (name) => {
  test.each(["node16", "nodenext", "bundler"])("moduleResolution %s", async (resolution) => {
    const source = readFileSync(join(project.folder, "receiver.ts"), "utf8");
    writeFileSync(join(project.folder, name), source);
    const config = { ...tsconfig(resolution), files: [name] };
    const file = join(project.folder, `tsconfig.${resolution}.json`);
    writeFileSync(file, JSON.stringify(config));
    expect(await tool("tsc", "-p", file)).toBe("");
  });
});

describe("A bundle made by", () => {
  const expected = '["Hm.","signature_mismatch"]\n';

  test("esbuild runs", async () => {
    const flags = ["--bundle", "--format=esm", "--platform=node", "--outfile=esbuild.mjs"];
    await tool("esbuild", "bundled.mjs", ...flags);
    expect(await node("esbuild.mjs")).toBe(expected);
  });

  test("esbuild for Workers runs without anything of Node's", async () => {
    const flags = ["--bundle", "--format=esm", "--conditions=workerd", "--outfile=workers.mjs"];
    await tool("esbuild", "bundled.mjs", ...flags);
    expect(readFileSync(join(project.folder, "workers.mjs"), "utf8")).not.toContain("node:crypto");
    expect(await node("workers.mjs")).toBe(expected);
  });

  test("webpack runs", async () => {
    const config = {
      mode: "production",
      target: "node20",
      entry: "./bundled.mjs",
      experiments: { outputModule: true },
      output: { path: project.folder, filename: "webpack.mjs", library: { type: "module" } },
    };
    const build = `import webpack from "webpack";
      webpack(${JSON.stringify(config)}, (error, stats) => {
        if (error ?? stats.hasErrors()) throw error ?? new Error(stats.toString());
      });`;
    await node("--input-type=module", "-e", build);
    expect(await node("webpack.mjs")).toBe(expected);
  });

  test("Vite for server-side rendering runs", async () => {
    const config = {
      logLevel: "error",
      ssr: { noExternal: true },
      build: { ssr: "bundled.mjs", outDir: "vite", emptyOutDir: true },
    };
    const build = `import { build } from "vite"; await build(${JSON.stringify(config)});`;
    await node("--input-type=module", "-e", build);
    expect(await node("vite/bundled.mjs")).toBe(expected);
  });
});

function tsconfig(moduleResolution: string): { readonly compilerOptions: object } {
  return {
    compilerOptions: {
      target: "ES2022",
      module: moduleResolution === "bundler" ? "ESNext" : moduleResolution,
      moduleResolution,
      lib: ["ES2023", "DOM", "DOM.Iterable"],
      types: ["node"],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    },
  };
}
