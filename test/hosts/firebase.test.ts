import { webhook } from "@countersign/node";
import { stripe } from "@countersign/core/providers";
import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { onRequest } from "firebase-functions/https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { snippetUnder } from "../readme/pages.ts";
import { answerOf, delivery, type Host, hostCases, imported, SECRET, send } from "./host-cases.ts";

/** Serves a function by the framework in which Firebase runs it. */
async function served(name: string, run: unknown): Promise<Host> {
  http(name, run as never);
  const server = getTestServer(name);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const snippet = snippetUnder("docs/serverless.md", "Google Cloud Functions and Firebase");

describe("Cloud Functions for Firebase", () => {
  hostCases(async () => {
    const { stripeWebhook } = await imported(snippet);
    return served("stripe", stripeWebhook);
  });

  afterEach(() => vi.unstubAllEnvs());

  test("a deployment, which has no secrets yet, finds the function and the names of its secrets", async () => {
    vi.stubEnv("FUNCTIONS_CONTROL_API", "true");
    vi.stubEnv("STRIPE_SECRET", undefined);
    const { stripeWebhook } = await imported(snippet);
    const { __endpoint: endpoint } = stripeWebhook as { readonly __endpoint: object };
    expect(endpoint).toMatchObject({
      httpsTrigger: {},
      secretEnvironmentVariables: [{ key: "STRIPE_SECRET" }],
    });
  });

  test("where something took req.rawBody away, the advice names it", async () => {
    vi.stubEnv("FUNCTION_TARGET", "stripe");
    const warnings: string[] = [];
    const options = {
      provider: stripe,
      secret: SECRET,
      onWarning: ({ message }: { readonly message: string }) => warnings.push(message),
    };
    const hook = webhook(options, () => {});
    const { url, close } = await served(
      "without-bytes",
      onRequest((req, res) => {
        Reflect.deleteProperty(req, "rawBody");
        return hook(req, res);
      }),
    );
    onTestFinished(close);
    expect(await answerOf(await send(url, await delivery()))).toEqual([500, "body_already_read"]);
    expect(warnings.join()).toContain("keep the bytes in req.rawBody");
  });
});
