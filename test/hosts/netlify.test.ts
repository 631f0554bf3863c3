import { createReceiver, type ReceiptRecord } from "@countersign/core";
import { stripe } from "@countersign/core/providers";
import type { Context } from "@netlify/functions";
import { describe, expect, onTestFinished, test } from "vitest";
import { snippetUnder } from "../readme/pages.ts";
import { answerOf, delivery, hostCases, imported, SECRET, send } from "./host-cases.ts";
import { serveByNetlify } from "./netlify-gateway.ts";

describe("Netlify's runtime of functions", () => {
  hostCases(async () => {
    const { default: run, config } = await imported(snippetUnder("docs/serverless.md", "Netlify"));
    return serveByNetlify(run as never, (config as { path: string }).path);
  });

  test("tells where a delivery came from, and keeps the function alive until the claim is settled", async () => {
    const records: ReceiptRecord[] = [];
    const kept: Promise<unknown>[] = [];
    const receiver = createReceiver({
      provider: stripe,
      secret: SECRET,
      onReceipt: (record) => records.push(record),
    });
    const { url, close } = await serveByNetlify(
      (request, context: Context) =>
        receiver.handle(request, () => {}, {
          waitUntil: (work) => {
            kept.push(work);
            context.waitUntil(work);
          },
          remoteAddress: context.ip,
        }),
      "/stripe",
    );
    onTestFinished(close);
    expect((await send(url, await delivery())).status).toBe(200);
    expect(kept).toHaveLength(1);
    expect(records).toMatchObject([{ settlement: "completed", remoteAddress: "127.0.0.1" }]);
  });

  test("a function that reads the body first is told so", async () => {
    const warnings: string[] = [];
    const receiver = createReceiver({
      provider: stripe,
      secret: SECRET,
      onWarning: ({ message }) => warnings.push(message),
    });
    const { url, close } = await serveByNetlify(async (request) => {
      await request.json();
      return receiver.handle(request, () => {});
    }, "/stripe");
    onTestFinished(close);
    expect(await answerOf(await send(url, await delivery()))).toEqual([500, "body_already_read"]);
    expect(warnings.join()).toContain("Call handle() first, before request.json()");
  });
});
