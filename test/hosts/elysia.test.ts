import { createReceiver } from "@countersign/core";
import { stripe } from "@countersign/core/providers";
import { node } from "@elysiajs/node";
import { type AnyElysia, Elysia } from "elysia";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../examples/example.ts";
import { snippetUnder } from "../readme/pages.ts";
import {
  answerOf,
  delivery,
  type Host,
  hostCases,
  imported,
  SECRET,
  send,
  toRequest,
} from "./host-cases.ts";

/** Serves an application on loopback by Elysia's adapter for Node. */
async function listening(routes: AnyElysia): Promise<Host> {
  const port = await freePort();
  const app = new Elysia({ adapter: node() }).use(routes);
  await new Promise<void>((resolve) => {
    app.listen({ port, hostname: "127.0.0.1" }, () => resolve());
  });
  return { url: `http://127.0.0.1:${port}/stripe`, close: () => app.server?.stop(true) };
}

describe("Elysia on its adapter for Node", () => {
  hostCases(async () => {
    const { app } = await imported(snippetUnder("docs/serverless.md", "Elysia"));
    return listening(app as AnyElysia);
  });

  test("a route whose function asks for the body has read it, and the advice names the option", async () => {
    const warnings: string[] = [];
    const receiver = createReceiver({
      provider: stripe,
      secret: SECRET,
      onWarning: ({ message }) => warnings.push(message),
    });
    const parsing = new Elysia().post("/stripe", ({ request, body }) => {
      expect(body).toMatchObject({ type: "invoice.paid" });
      return receiver.handle(request, () => {});
    });
    const { url, close } = await listening(parsing);
    onTestFinished(close);
    const read = [500, "body_already_read"];
    expect(await answerOf(await send(url, await delivery()))).toEqual(read);
    // The Request of another server, for which Elysia needs no adapter.
    expect(await answerOf(await parsing.handle(toRequest(url, await delivery())))).toEqual(read);
    expect(warnings.join()).toContain('parse: "none"');
  });
});
