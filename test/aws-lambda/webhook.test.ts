import { gzipSync } from "node:zlib";
import { type LambdaAnswer, type LambdaEvent, webhook } from "@countersign/aws-lambda";
import { type HeadersLike, oneOf, type ReceiptRecord } from "@countersign/core";
import { github, mandrill, paradym } from "@countersign/core/providers";
import { signedRequest } from "@countersign/sender/testing";
import type {
  ALBEvent,
  ALBResult,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  APIGatewayProxyStructuredResultV2,
  Context,
  LambdaFunctionURLEvent,
} from "aws-lambda";
import { describe, expect, expectTypeOf, test } from "vitest";
import { macOf, paradymBody, SECRET } from "../conformance/delivery.ts";
import {
  balancer,
  balancerWithLists,
  functionUrl,
  httpApi,
  restApi,
  type Sent,
  ways,
} from "./events.ts";

const options = { provider: paradym, secret: SECRET, onStoreError: "reject" } as const;

function sent(body: Uint8Array = paradymBody(1), headers: Record<string, string> = {}): Sent {
  return {
    headers: {
      "Content-Type": "application/json",
      "X-Paradym-HMAC-SHA-256": macOf(body),
      ...headers,
    },
    body,
  };
}

const codeOf = ({ body }: LambdaAnswer): unknown => (JSON.parse(body) as { code?: string }).code;

describe.each(ways)("behind $name", ({ origin, eventOf, name }) => {
  const hasOneValue = name === balancer.name;

  test.each(["text", "base64"] as const)(
    "a genuine delivery as %s runs the handler",
    async (as) => {
      const seen: string[] = [];
      const handler = webhook(options, (event, { claim, lambdaEvent: given, context }) => {
        expect(given).toBe(lambdaEvent);
        expect(context?.awsRequestId).toBe("request 1");
        expect(claim.signal.aborted).toBe(false);
        if (event.type === "workflowExecution.completed") seen.push(event.body.payload.workflowId);
      });
      const lambdaEvent = eventOf({ ...sent(), as });
      const answer = await handler(lambdaEvent, { awsRequestId: "request 1" } as Context);
      expect(answer).toMatchObject({ statusCode: 200, body: "", isBase64Encoded: false });
      expect(seen).toEqual(["workflow 1"]);
    },
  );

  test("a forged delivery is refused, and runs nothing", async () => {
    let runs = 0;
    const handler = webhook(options, () => void runs++);
    const forged = { ...sent(), body: paradymBody(2) };
    const answer = await handler(eventOf(forged));
    expect([answer.statusCode, codeOf(answer)]).toEqual([401, "signature_mismatch"]);
    expect((await handler(eventOf({ ...forged, headers: {} }))).statusCode).toBe(401);
    expect(runs).toBe(0);
  });

  test("bytes that are no UTF-8 arrive as they were: their signature fits", async () => {
    const codes: unknown[] = [];
    const handler = webhook({ ...options, onReceipt: ({ code }) => codes.push(code) }, () => {});
    const body = Buffer.from([0x7b, 0xff, 0x00, 0xfe, 0x7d]);
    await handler(eventOf({ ...sent(body), as: "base64" }));
    const other = Buffer.from([0x7b, 0xff, 0x00, 0xfd, 0x7d]);
    await handler(eventOf({ ...sent(body), body: other, as: "base64" }));
    expect(codes).toEqual(["body_malformed", "signature_mismatch"]);
  });

  test("compressed bytes are inflated where the options ask for it", async () => {
    const plain = paradymBody(4);
    const handler = webhook({ ...options, inflate: true }, () => {});
    const headers = { ...sent(plain).headers, "Content-Encoding": "gzip" };
    const answer = await handler(eventOf({ headers, body: gzipSync(plain), as: "base64" }));
    expect(answer.statusCode).toBe(200);
  });

  test("a body over the limit is refused", async () => {
    const handler = webhook({ ...options, maxBodyBytes: 10 }, () => {});
    expect((await handler(eventOf(sent()))).statusCode).toBe(413);
  });

  test("a second delivery of an event is a duplicate", async () => {
    let runs = 0;
    const handler = webhook(options, () => void runs++);
    expect((await handler(eventOf(sent()))).statusCode).toBe(200);
    const again = await handler(eventOf(sent()));
    expect([again.statusCode, again.body]).toEqual([200, expect.stringContaining("duplicate")]);
    expect(runs).toBe(1);
  });

  test("a handler that throws is answered 500, and the retry runs it again", async () => {
    let runs = 0;
    const records: ReceiptRecord[] = [];
    const watched = { ...options, onReceipt: (record: ReceiptRecord) => records.push(record) };
    const handler = webhook(watched, () => {
      if (++runs === 1) throw new Error("the database is away");
    });
    const failed = await handler(eventOf(sent()));
    expect([failed.statusCode, codeOf(failed)]).toEqual([500, "handler_failed"]);
    expect(failed.body).not.toContain("database");
    expect((await handler(eventOf(sent()))).statusCode).toBe(200);
    expect(runs).toBe(2);
    expect(records.map(({ settlement }) => settlement)).toEqual(["released", "completed"]);
  });

  test("the claim is settled when the function returns", async () => {
    const records: ReceiptRecord[] = [];
    const handler = webhook(
      { ...options, onReceipt: (record) => records.push(record) },
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return new Response("later", { status: 503 });
      },
    );
    expect(await handler(eventOf(sent()))).toMatchObject({ statusCode: 503, body: "later" });
    expect(records.map(({ settlement }) => settlement)).toEqual(["released"]);
  });

  test("a provider that signs the URL is verified, with a query too", async () => {
    const handler = webhook({ provider: mandrill, secret: SECRET, store: false }, () => {});
    const body = new URLSearchParams({
      mandrill_events: '[{"event":"send","ts":1}]',
    }).toString();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const twice = "/hook?tenant=a%20b&tag=x%2Fy&tag=z";
    // Without multi-value headers a load balancer keeps the last value of a name.
    const targets = ["/hook", "/hook?tenant=a%20b&tag=x%2Fy", ...(hasOneValue ? [] : [twice])];
    for (const target of targets) {
      const url = origin + target;
      const request = await signedRequest({ provider: mandrill, secret: SECRET, body, url });
      const signed = { ...request, headers: { ...request.headers, ...form } };
      expect((await handler(eventOf({ ...signed, target }))).statusCode).toBe(200);
      const elsewhere = { ...signed, target: "/hook?tenant=other" };
      expect((await handler(eventOf(elsewhere))).statusCode).toBe(401);
    }
  });

  test("the record has method, path and the sender's address", async () => {
    const records: ReceiptRecord[] = [];
    const handler = webhook({ ...options, onReceipt: (one) => records.push(one) }, () => {});
    await handler(eventOf({ ...sent(), target: "/hook?secret=1" }));
    expect(records).toMatchObject([
      { method: "POST", path: new URL(`${origin}/hook`).pathname, remoteAddress: "192.0.2.1" },
    ]);
  });

  test("oneOf() finds the provider", async () => {
    const types: unknown[] = [];
    const handler = webhook(
      oneOf([options, { provider: github, secret: SECRET }]),
      (event) => void types.push(event.provider),
    );
    const signed = await signedRequest({ provider: github, secret: SECRET, body: { zen: "Hm." } });
    expect((await handler(eventOf(signed))).statusCode).toBe(200);
    expect((await handler(eventOf(sent()))).statusCode).toBe(200);
    expect(types).toEqual(["github", "paradym"]);
  });

  test("a Host header that would change how the URL is read is refused", async () => {
    const event = eventOf(sent());
    const lists = "multiValueHeaders" in event && event.multiValueHeaders;
    const misled = {
      ...event,
      ...(event.headers && { headers: { ...event.headers, host: "x?tenant=two#" } }),
      ...(lists && { multiValueHeaders: { ...lists, host: ["x?tenant=two#"] } }),
    } as LambdaEvent;
    expect((await webhook(options, () => {})(misled)).statusCode).toBe(400);
  });
});

describe("the answer", () => {
  const answering = webhook(options, () => {
    const headers = new Headers({ "X-Answer": "yes" });
    headers.append("Set-Cookie", "a=1; Path=/");
    headers.append("Set-Cookie", "b=2");
    return new Response("taken", { status: 202, headers });
  });

  test.each([functionUrl, httpApi])("$name gets headers, and its cookies apart", async (way) => {
    expect(await answering(way.eventOf(sent(paradymBody(way === httpApi ? 11 : 10))))).toEqual({
      statusCode: 202,
      headers: { "content-type": "text/plain;charset=UTF-8", "x-answer": "yes" },
      cookies: ["a=1; Path=/", "b=2"],
      body: "taken",
      isBase64Encoded: false,
    });
  });

  test("a REST API gets multi-value headers", async () => {
    expect(await answering(restApi.eventOf(sent(paradymBody(12))))).toEqual({
      statusCode: 202,
      multiValueHeaders: {
        "content-type": ["text/plain;charset=UTF-8"],
        "set-cookie": ["a=1; Path=/", "b=2"],
        "x-answer": ["yes"],
      },
      body: "taken",
      isBase64Encoded: false,
    });
  });

  test("a load balancer gets a status description, and headers as it sent its own", async () => {
    expect(await answering(balancer.eventOf(sent(paradymBody(13))))).toMatchObject({
      statusDescription: "202 Accepted",
      headers: { "x-answer": "yes" },
    });
    const answer = await answering(balancerWithLists.eventOf(sent(paradymBody(14))));
    expect(answer).toMatchObject({
      statusDescription: "202 Accepted",
      multiValueHeaders: { "x-answer": ["yes"], "set-cookie": ["a=1; Path=/", "b=2"] },
    });
    expect(answer).not.toHaveProperty("headers");
  });

  test("bytes that are no text go out in base64", async () => {
    const bytes = new Uint8Array([0xff, 0x00, 0xfe]);
    const handler = webhook(options, () => new Response(bytes));
    expect(await handler(functionUrl.eventOf(sent()))).toMatchObject({
      body: Buffer.from(bytes).toString("base64"),
      isBase64Encoded: true,
    });
  });

  test("a handler that returns something else has processed the event, and is warned of", async () => {
    const warnings: string[] = [];
    const handler = webhook({ ...options, onWarning: ({ code }) => warnings.push(code) }, (() => ({
      statusCode: 500,
    })) as never);
    expect((await handler(functionUrl.eventOf(sent()))).statusCode).toBe(200);
    expect(warnings).toEqual(["handler_returned"]);
  });
});

test("cookies of format 2.0 are a header again", async () => {
  const seen: HeadersLike[] = [];
  const handler = webhook(
    { ...options, onRejected: (_error, { headers }) => void seen.push(headers) },
    () => {},
  );
  const event = functionUrl.eventOf({ ...sent(), headers: {} });
  await handler({ ...event, cookies: ["a=1", "b=2"] });
  expect(seen).toMatchObject([{ cookie: "a=1; b=2" }]);
});

test("an event that is no HTTP request is refused with what to do", async () => {
  const handler = webhook(options, () => {});
  for (const event of [{}, { key1: "value1" }, { Records: [{ eventSource: "aws:sqs" }] }, null]) {
    await expect(handler(event as never)).rejects.toThrow(/no HTTP request.*function URL/);
  }
});

test("a handler that is none is refused", () => {
  expect(() => webhook(options, "handler" as never)).toThrow(/must be a function of the event/);
  expect(() => webhook(options)).toThrow(/must be a function of the event/);
});

test("the types of @types/aws-lambda fit", () => {
  type Handler = ReturnType<typeof webhook>;
  expectTypeOf<Handler>().toExtend<
    (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>
  >();
  expectTypeOf<Handler>().toExtend<
    (event: LambdaFunctionURLEvent, context: Context) => Promise<APIGatewayProxyStructuredResultV2>
  >();
  expectTypeOf<Handler>().toExtend<
    (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>
  >();
  expectTypeOf<Handler>().toExtend<(event: ALBEvent, context: Context) => Promise<ALBResult>>();
});
