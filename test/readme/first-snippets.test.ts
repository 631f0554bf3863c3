import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { github, paradym } from "@countersign/core/providers";
import { type SignedRequest, signedRequest } from "@countersign/sender/testing";
import { afterAll, describe, expect, test } from "vitest";
import { freePort, SECRET, start } from "../examples/example.ts";
import { pageAt, root, snippetFolder, snippetsOf, writeSnippet } from "./pages.ts";

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
        const port = await freePort();
        await writeFile(file, (await readFile(file, "utf8")).replace("3000", String(port)));
        const running = await start(
          process.execPath,
          ["--conditions=@countersign/source", "--import", "tsx", file],
          port,
          // By its own tsconfig tsx knows that Nest's decorators are meant.
          { PARADYM_SECRET: SECRET, TSX_TSCONFIG_PATH: join(root, "test/tsconfig.json") },
        );
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
      60_000,
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

const severalOf = (headers: object): object =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

test("the snippet for AWS Lambda answers every method, also those that have no body", async () => {
  const snippet = snippetsOf(pageAt("docs/serverless.md")).find(({ code }) =>
    code.includes("LambdaEvent"),
  );
  if (snippet === undefined) throw new Error("docs/serverless.md has no snippet for AWS Lambda.");
  const code = snippet.code
    .replace("await client.connect();", "")
    .replace("store: redisStore({ client }),", "");
  process.env["GITHUB_SECRET"] = SECRET;
  const { handler } = (await import(writeSnippet(folder.path, { ...snippet, code }))) as {
    handler: (event: unknown) => Promise<{ statusCode: number }>;
  };
  const call = async (method: string, headers: object, body?: string): Promise<number> => {
    const requestContext = { domainName: "receiver.test", http: { method } };
    const place = { rawPath: "/", rawQueryString: "", isBase64Encoded: body !== undefined };
    return (await handler({ ...place, headers, body, requestContext })).statusCode;
  };
  for (const method of ["HEAD", "GET", "POST"]) expect(await call(method, {})).toBe(401);
  const genuine = await signedRequest({ provider: github, secret: SECRET, body: { zen: "Hm." } });
  const sent = Buffer.from(genuine.body).toString("base64");
  expect(await call("POST", genuine.headers, sent)).toBe(200);

  // What a REST API sends, and what a load balancer does, with its option for several values or without it.
  const others = await Promise.all(
    [1, 2, 3].map((n) => signedRequest({ provider: github, secret: SECRET, body: { n } })),
  );
  const [rest, balanced, several] = others.map(({ headers, body }) => ({
    path: "/github",
    httpMethod: "POST",
    queryStringParameters: null,
    headers: { host: "receiver.test", ...headers },
    requestContext: {},
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
  }));
  const events = [
    { ...rest, requestContext: { domainName: "receiver.test" }, multiValueHeaders: null },
    balanced,
    { ...several, headers: undefined, multiValueHeaders: severalOf(several?.headers ?? {}) },
  ];
  for (const event of events) expect((await handler(event)).statusCode).toBe(200);
  // Its Host is the sender's, and never chooses how the URL is read.
  const misled = { ...balanced, headers: { ...balanced?.headers, host: "x?tenant=two#" } };
  expect((await handler(misled)).statusCode).toBe(400);
});
