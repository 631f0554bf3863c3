import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { accepted, assertProblem, at, genuine, type MiddlewareCase } from "./kit.ts";

const HOST = "A host, a logger or a parser that has the request first";

const needs = "Node's own request";

/** Reads the body, as Cloud Functions and Firebase do, and leaves something of it on the request. */
function leaving(
  name: "rawBody" | "body",
  keep: (bytes: Buffer) => unknown,
): (req: IncomingMessage) => Promise<void> {
  return async (req) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    Object.assign(req, { [name]: keep(Buffer.concat(chunks)) });
  };
}

function taken(
  what: string,
  before: (req: IncomingMessage) => Promise<void> | void,
): MiddlewareCase {
  return { ...accepted(HOST, `${what} is taken`, () => genuine(), { before }), needs };
}

/** Nothing reaches the handler, and the log names what stands in the way. */
function named(
  what: string,
  named_: string,
  before: (req: IncomingMessage) => Promise<void> | void,
): MiddlewareCase {
  return {
    group: HOST,
    name: `${what}: 500, and the log names it`,
    needs,
    run: async (subject) => {
      const warnings: string[] = [];
      const onWarning = ({ message }: { readonly message: string }) => warnings.push(message);
      await at(subject, { before, options: { onWarning } }, async ({ post, events, records }) => {
        assertProblem(await post(genuine()), 500, "body_already_read");
        assert.equal(events.length, 0);
        assert.deepEqual(
          records.map(({ code }) => code),
          ["body_already_read"],
        );
      });
      assert.ok(warnings.join().includes(named_), warnings.join());
    },
  };
}

export const hostCases: readonly MiddlewareCase[] = [
  taken(
    "rawBody as a Buffer",
    leaving("rawBody", (bytes) => bytes),
  ),
  taken(
    "rawBody as a Uint8Array",
    leaving("rawBody", (bytes) => new Uint8Array(bytes)),
  ),
  taken(
    "rawBody as an ArrayBuffer",
    leaving("rawBody", (bytes) => new Uint8Array(bytes).buffer),
  ),
  taken(
    "rawBody as text of the declared length",
    leaving("rawBody", (bytes) => bytes.toString()),
  ),
  taken(
    "body as text, of express.text()",
    leaving("body", (bytes) => bytes.toString()),
  ),
  named(
    "rawBody as an object",
    "rawBody",
    leaving("rawBody", (bytes) => JSON.parse(bytes.toString())),
  ),
  named(
    "rawBody as a list of numbers",
    "rawBody",
    leaving("rawBody", (bytes) => [...bytes]),
  ),
  named(
    "half of the body in rawBody",
    "rawBody",
    leaving("rawBody", (bytes) => bytes.subarray(0, 20)),
  ),
  named(
    "rawBody as empty text",
    "rawBody",
    leaving("rawBody", () => ""),
  ),
  taken("the body beside a logger that collects it in rawBody while it is read", (req) => {
    const logged = Object.assign(req, { rawBody: "" });
    req.on("data", (chunk) => (logged.rawBody += String(chunk)));
  }),
  named("req.setEncoding() in front", 'req.setEncoding("utf8")', (req) => {
    req.setEncoding("utf8");
  }),
  named("the pages router of Next.js, which parses bodies", "bodyParser: false", async (req) => {
    await leaving("body", () => ({}))(req);
    Object.assign(req, { preview: false });
  }),
];
