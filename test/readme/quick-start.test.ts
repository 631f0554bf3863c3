import { execFileSync } from "node:child_process";
import { github, paradym } from "@countersign/core/providers";
import { type SignedRequest, signedRequest } from "@countersign/sender/testing";
import { afterAll, describe, expect, test } from "vitest";
import { SECRET } from "../examples/example.ts";
import {
  pageAt,
  type Snippet,
  snippetFolder,
  snippetsOf,
  snippetUnder,
  writeSnippet,
} from "./pages.ts";
import { runSnippet } from "./running-snippet.ts";

const PAGE = "docs/quick-start.md";

const folder = snippetFolder();
afterAll(folder.remove);

interface Spoilt {
  readonly tamper?: "body";
}

const fromGithub = (spoilt: Spoilt = {}): Promise<SignedRequest> =>
  signedRequest({ provider: github, secret: SECRET, body: { zen: "Hm." }, ...spoilt });

const fromParadym = (spoilt: Spoilt = {}): Promise<SignedRequest> =>
  signedRequest({
    provider: paradym,
    secret: SECRET,
    body: { eventType: "workflowExecution.completed", payload: {} },
    ...spoilt,
  });

describe("a server of the quick start, run on Node as it is", { concurrent: true }, () => {
  test.each([
    ["Express", "/paradym", fromParadym],
    ["Koa", "/", fromGithub],
    ["Fastify", "/github", fromGithub],
    ["Hono", "/github", fromGithub],
    ["NestJS", "/github", fromGithub],
  ] as const)(
    "%s: listens, takes what is genuine and nothing else, and warns of nothing",
    async (heading, path, requestOf) => {
      const file = writeSnippet(folder.path, snippetUnder(PAGE, heading));
      const { port, running } = await runSnippet(file);
      const send = async ({ method, headers, body }: SignedRequest): Promise<number> => {
        const init = { method, headers, body: body as BodyInit };
        return (await fetch(`http://localhost:${port}${path}`, init)).status;
      };
      try {
        expect(await send(await requestOf())).toBe(200);
        expect(await send(await requestOf({ tamper: "body" }))).toBe(401);
        expect(running.said()).not.toContain("Warning");
      } finally {
        running.stop();
      }
    },
    120_000,
  );
});

describe("what is said to be JavaScript too is JavaScript", () => {
  const [readme] = snippetsOf(pageAt("README.md"));
  const servers = ["Express", "Koa", "Fastify", "Hono"].map(
    (heading) => [`${PAGE}, ${heading}`, snippetUnder(PAGE, heading)] as const,
  );
  test.each<readonly [string, Snippet | undefined]>([["README.md", readme], ...servers])(
    "%s",
    (_, snippet) => {
      const checked = execFileSync(process.execPath, ["--input-type=module", "--check", "-"], {
        input: snippet?.code ?? "no snippet",
        encoding: "utf8",
      });
      expect(checked).toBe("");
    },
  );
});
