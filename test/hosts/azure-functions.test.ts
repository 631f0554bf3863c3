import { createReceiver } from "@countersign/core";
import { stripe } from "@countersign/core/providers";
import type { HttpHandler } from "@azure/functions";
import { describe, expect, onTestFinished, test } from "vitest";
import { snippetUnder } from "../readme/pages.ts";
import { serveFunction, startWorker } from "./azure-worker.ts";
import { answerOf, delivery, hostCases, imported, SECRET, send } from "./host-cases.ts";

const worker = startWorker();
const { app } = await import("@azure/functions");
await imported(snippetUnder("docs/serverless.md", "Azure Functions"));

/** Registers a function that is not on the page, and serves it. */
async function served(name: string, handler: HttpHandler): Promise<string> {
  app.http(name, { methods: ["POST"], handler });
  const { url, close } = await serveFunction(worker, name);
  onTestFinished(close);
  return url;
}

describe("Azure Functions with bodies in messages", () => {
  hostCases(() => serveFunction(worker, "stripe"));

  test("a function that reads the body first is told so", async () => {
    const warnings: string[] = [];
    const receiver = createReceiver({
      provider: stripe,
      secret: SECRET,
      onWarning: ({ message }) => warnings.push(message),
    });
    const url = await served("reading", async (request) => {
      await request.json();
      const { status, headers, body } = await receiver.handle(request, () => {});
      return { status, headers, body };
    });
    expect(await answerOf(await send(url, await delivery()))).toEqual([500, "body_already_read"]);
    expect(warnings.join()).toContain("first, before request.json()");
  });
});
