import { github, paradym } from "@countersign/core/providers";
import { type SignedRequest, signedRequest } from "@countersign/sender/testing";
import { afterAll, describe, expect, test } from "vitest";
import { SECRET } from "../examples/example.ts";
import { pageAt, snippetFolder, snippetsOf, writeSnippet } from "./pages.ts";
import { runSnippet } from "./running-snippet.ts";

const folder = snippetFolder();
afterAll(folder.remove);

function firstSnippetOf(page: string): string {
  const [first] = snippetsOf(pageAt(page));
  if (first === undefined) throw new Error(`${page} has no TypeScript.`);
  return writeSnippet(folder.path, first);
}

const delivery = {
  provider: paradym,
  secret: SECRET,
  body: {
    eventType: "workflowExecution.failed" as const,
    payload: { error: { message: "the wallet said no" } },
  },
};

describe(
  "the first snippet of a page, run as it is, takes what is genuine and nothing else",
  {
    concurrent: true,
  },
  () => {
    test.each([
      "README.md",
      "packages/express/README.md",
      "packages/koa/README.md",
      "packages/fastify/README.md",
      "packages/hono/README.md",
      "packages/nestjs/README.md",
      "packages/node/README.md",
    ])(
      "%s",
      async (page) => {
        const file = firstSnippetOf(page);
        const { port, running } = await runSnippet(file);
        const send = async (
          { method, headers, body }: SignedRequest,
          query = "",
        ): Promise<number> => {
          const url = `http://localhost:${port}/paradym${query}`;
          return (await fetch(url, { method, headers, body: body as BodyInit })).status;
        };
        try {
          const genuine = await signedRequest(delivery);
          expect(await send(genuine)).toBe(200);
          expect(await send(genuine, "?challenge=abc")).toBe(200);
          expect(running.said().match(/the wallet said no/g)).toHaveLength(1);
          expect(await send(await signedRequest({ ...delivery, tamper: "body" }))).toBe(401);
          expect(running.said()).not.toContain("Warning");
        } finally {
          running.stop();
        }
      },
      120_000,
    );
  },
);

test("the first snippet of @countersign/core is a handler of requests", async () => {
  process.env["PARADYM_SECRET"] = SECRET;
  const { POST } = (await import(firstSnippetOf("packages/core/README.md"))) as {
    POST: (request: Request) => Promise<Response>;
  };
  expect((await POST((await signedRequest(delivery)).toRequest())).status).toBe(200);
  const forged = await signedRequest({ ...delivery, tamper: "signature" });
  expect((await POST(forged.toRequest())).status).toBe(401);
});

/** What a function URL sends. */
const lambdaEventOf = ({ method, headers, body }: SignedRequest): object => ({
  version: "2.0",
  rawPath: "/",
  rawQueryString: "",
  headers,
  requestContext: { domainName: "receiver.test", http: { method, sourceIp: "192.0.2.1" } },
  body: Buffer.from(body).toString("base64"),
  isBase64Encoded: true,
});

type LambdaHandler = (event: object) => Promise<{ readonly statusCode: number }>;

test("the first snippet of @countersign/aws-lambda is the handler of a function", async () => {
  process.env["PARADYM_SECRET"] = SECRET;
  const file = firstSnippetOf("packages/aws-lambda/README.md");
  const { handler } = (await import(file)) as { handler: LambdaHandler };
  const genuine = await signedRequest(delivery);
  expect((await handler(lambdaEventOf(genuine))).statusCode).toBe(200);
  const forged = await signedRequest({ ...delivery, tamper: "signature" });
  expect((await handler(lambdaEventOf(forged))).statusCode).toBe(401);
});

test("the snippet for AWS Lambda in docs/serverless.md answers every method, also those that have no body", async () => {
  const snippet = snippetsOf(pageAt("docs/serverless.md")).find(({ code }) =>
    code.includes("@countersign/aws-lambda"),
  );
  if (snippet === undefined) throw new Error("docs/serverless.md has no snippet for AWS Lambda.");
  const code = snippet.code
    .replace("await client.connect();", "")
    .replace("store: redisStore({ client }),", "");
  process.env["GITHUB_SECRET"] = SECRET;
  const { handler } = (await import(writeSnippet(folder.path, { ...snippet, code }))) as {
    handler: LambdaHandler;
  };
  const genuine = await signedRequest({ provider: github, secret: SECRET, body: { zen: "Hm." } });
  for (const method of ["HEAD", "GET", "POST"]) {
    const { body: _, ...unsigned } = lambdaEventOf({ ...genuine, method: "POST" }) as {
      body?: string;
    };
    const requestContext = { domainName: "receiver.test", http: { method, sourceIp: "192.0.2.1" } };
    const event = { ...unsigned, headers: {}, requestContext };
    expect((await handler(event)).statusCode).toBe(401);
  }
  expect((await handler(lambdaEventOf(genuine))).statusCode).toBe(200);
});
