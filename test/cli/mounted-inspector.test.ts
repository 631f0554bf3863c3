import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { github } from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import { webhook as koaWebhook } from "@countersign/koa";
import { webhook as nodeWebhook } from "@countersign/node";
import { signedRequest } from "@countersign/sender/testing";
import { inspector } from "countersign";
import express from "express";
import Koa from "koa";
import { afterEach, describe, expect, test, vi } from "vitest";

const secret = "the-canary-secret-of-this-test";
const routes = { "/github": { provider: github, secret } };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  vi.unstubAllEnvs();
});

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const apps: readonly [string, () => RequestListener][] = [
  [
    "Express",
    () => {
      const app = express();
      app.use(inspector({ routes }));
      app.post(
        "/github",
        webhook({ provider: github, secret }, () => {}),
      );
      return app;
    },
  ],
  [
    "Koa",
    () => {
      const inspect = inspector({ routes });
      const app = new Koa();
      app.use(koaWebhook({ provider: github, secret }, () => {}));
      const listener = app.callback();
      return (req, res) => inspect(req, res, () => void listener(req, res));
    },
  ],
  [
    "bare node:http",
    () => {
      const inspect = inspector({ routes });
      const receive = nodeWebhook({ provider: github, secret }, () => {});
      return (req, res) => inspect(req, res, () => void receive(req, res));
    },
  ],
];

describe.each(apps)("inspector() in front of %s", (_, app) => {
  test("shows deliveries with the application's answer, and changes nothing", async () => {
    const url = await serve(app());
    const body = JSON.stringify("x".repeat(299_998));
    const genuine = await signedRequest({
      provider: github,
      secret,
      body,
      type: "push",
      url: `${url}/github`,
    });
    expect((await fetch(genuine.toRequest())).status).toBe(200);
    const spoilt = await signedRequest({
      provider: github,
      secret,
      body: { a: 1 },
      tamper: "body",
      url: `${url}/github`,
    });
    expect((await fetch(spoilt.toRequest())).status).toBe(401);
    const detail = async (id: number): Promise<unknown> =>
      (await fetch(`${url}/__webhooks/api/deliveries/${id}`)).json();
    await expect
      .poll(() => detail(2))
      .toMatchObject({
        status: "refused",
        code: "signature_mismatch",
        answered: { by: "app", status: 401 },
      });
    expect(await detail(1)).toMatchObject({ bytes: 300_000, answered: { status: 200 } });
    const page = await fetch(`${url}/__webhooks`);
    expect(await page.text()).toContain("Countersign inspector");
  });
});

test("inspector() refuses to run in production", () => {
  vi.stubEnv("NODE_ENV", "production");
  expect(() => inspector({ routes })).toThrow(/NODE_ENV=production/);
});

test("inspector() refuses other names and sites", async () => {
  const url = await serve(apps[2]?.[1]() ?? (() => {}));
  const headers = { "x-forwarded-for": "203.0.113.9" };
  expect((await fetch(`${url}/__webhooks/`, { headers })).status).toBe(403);
  expect(
    (await fetch(`${url}/__webhooks/`, { headers: { origin: "https://a.example" } })).status,
  ).toBe(403);
});
