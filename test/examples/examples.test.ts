import { sign } from "@countersign/core";
import { paradym } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { deliver, exampleOf, freePort, SECRET, start } from "./example.ts";

describe(
  "the examples run, and take what the curl line in their header sends",
  { concurrent: true },
  () => {
    test.each(["express", "koa", "fastify", "hono", "nestjs", "node", "aws-lambda"])(
      "%s.ts",
      async (name) => {
        const example = await exampleOf(name);
        const [secret, command, ...args] = example.start.split(" ");
        expect([secret, command]).toEqual([`PARADYM_SECRET=${SECRET}`, "node"]);
        const port = await freePort();
        const running = await start(process.execPath, args, port, {
          PARADYM_SECRET: SECRET,
          PORT: String(port),
        });
        try {
          expect(await deliver(example, port)).toMatch(/^HTTP\/1\.1 200 /);
          expect(running.said()).toContain("completed: w_1");
          expect(await deliver(example, port)).toContain("duplicate");
          expect(await deliver(example, port, "wrong")).toContain("signature_mismatch");
          const unsigned = `http://localhost:${port}/paradym?challenge=abc`;
          expect((await fetch(unsigned, { method: "POST" })).status).toBe(401);
          expect(running.said().match(/completed: w_1/g)).toHaveLength(1);
          expect(running.said()).not.toContain("Warning");
        } finally {
          running.stop();
        }
      },
      120_000,
    );

    test("without a secret they do not start, and say why", async () => {
      const { file } = await exampleOf("express");
      const starting = start(
        process.execPath,
        ["--conditions=@countersign/source", "--import", "tsx", file],
        await freePort(),
        { PARADYM_SECRET: "" },
      );
      await expect(starting).rejects.toThrow(/the secret is empty/);
    });
  },
);

describe("the snippets for Next.js, SvelteKit and Remix", () => {
  test("answer a delivery", async () => {
    process.env["PARADYM_SECRET"] = SECRET;
    const { POST: next } = await import("../../examples/nextjs.ts");
    const { POST: svelte } = await import("../../examples/sveltekit.ts");
    const { action } = await import("../../examples/remix.ts");
    const message = await sign(
      { body: { eventType: "workflowExecution.started" } },
      { provider: paradym, secret: SECRET },
    );
    const request = (): Request =>
      new Request("http://receiver.test/", {
        method: "POST",
        headers: message.headers,
        body: message.body as BodyInit,
      });
    expect((await next(request())).status).toBe(200);
    expect((await svelte({ request: request() })).status).toBe(200);
    expect((await action({ request: request() })).status).toBe(200);
    expect((await action({ request: new Request("http://receiver.test/") })).status).toBe(401);
  });
});
