import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createReceiver } from "@countersign/core";
import { stripe } from "@countersign/core/providers";
import { webhook } from "@countersign/node";
import * as h3 from "h3";
import { H3, serve } from "h3v2";
import { describe, expect, onTestFinished, test } from "vitest";
import { snippetUnder } from "../readme/pages.ts";
import { answerOf, delivery, type Host, hostCases, imported, SECRET, send } from "./host-cases.ts";

const snippet = snippetUnder("docs/serverless.md", "Nuxt and h3");

async function listening(listener: RequestListener): Promise<Host> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stripe`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Serves a route as the server of Nitro's preset for Node does, behind middlewares. */
function servedByH3v1(...handlers: h3.EventHandler[]): Promise<Host> {
  const app = h3.createApp();
  const router = h3.createRouter();
  for (const handler of handlers.slice(0, -1)) app.use(handler);
  router.post("/stripe", handlers.at(-1) ?? (() => {}));
  return listening(h3.toNodeListener(app.use(router)));
}

async function serving(app: H3): Promise<Host> {
  const server = serve(app, { port: 0, hostname: "127.0.0.1", silent: true });
  await server.ready();
  return { url: new URL("/stripe", server.url).href, close: () => server.close(true) };
}

function warned(warnings: string[]) {
  return {
    provider: stripe,
    secret: SECRET,
    onWarning: ({ message }: { readonly message: string }) => warnings.push(message),
  };
}

describe("h3 1, which is inside of Nuxt 3 and 4", () => {
  hostCases(async () => {
    const route = await imported(snippet);
    return servedByH3v1(route["default"] as h3.EventHandler);
  });

  test("readBody() in front of the route has read the body, and the advice names it", async () => {
    const warnings: string[] = [];
    const { url, close } = await servedByH3v1(
      h3.defineEventHandler(async (event) => {
        await h3.readBody(event);
      }),
      h3.fromNodeMiddleware(webhook(warned(warnings), () => {})),
    );
    onTestFinished(close);
    expect(await answerOf(await send(url, await delivery()))).toEqual([500, "body_already_read"]);
    expect(warnings.join()).toContain("readBody()");
    expect(warnings.join()).not.toContain("express.json");
  });

  test("bytes that a middleware keeps in req.rawBody are taken", async () => {
    const { url, close } = await servedByH3v1(
      h3.defineEventHandler(async (event) => {
        Object.assign(event.node.req, { rawBody: await h3.readRawBody(event, false) });
      }),
      h3.fromNodeMiddleware(webhook(warned([]), () => {})),
    );
    onTestFinished(close);
    expect((await send(url, await delivery())).status).toBe(200);
  });
});

describe("h3 2", () => {
  describe("with a Request", () => {
    hostCases(async () => {
      const receiver = createReceiver({ provider: stripe, secret: SECRET });
      return serving(
        new H3().post("/stripe", ({ req }) =>
          receiver.handle(req, ({ type }) => console.log(type), { remoteAddress: req.ip }),
        ),
      );
    });
  });

  describe("with the route for Nuxt", () => {
    hostCases(async () => {
      const route = await imported(snippet, (code) => code.replace('"h3"', '"h3v2"'));
      return serving(new H3().post("/stripe", route["default"] as never));
    });
  });

  test("a middleware that reads the body has read it, and is told of", async () => {
    const warnings: string[] = [];
    const receiver = createReceiver(warned(warnings));
    const app = new H3()
      .use(async (event) => {
        await event.req.json();
      })
      .post("/stripe", (event) => receiver.handle(event.req, () => {}));
    const { url, close } = await serving(app);
    onTestFinished(close);
    expect(await answerOf(await send(url, await delivery()))).toEqual([500, "body_already_read"]);
    expect(warnings.join()).toContain("Call handle() first, before request.json()");
  });
});
