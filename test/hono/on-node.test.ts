import { once } from "node:events";
import { type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { paradym } from "@countersign/core/providers";
import { webhook } from "@countersign/hono";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { afterEach, describe, expect, test } from "vitest";
import { macOf, paradymBody, SECRET } from "../conformance/delivery.ts";

const options = { provider: paradym, secret: SECRET, onStoreError: "reject" } as const;
const body = paradymBody(1);

let server: Server;
afterEach(() => server.close());

/** Serves a route behind the middleware, and returns the answer to a delivery that comes in the given pieces. */
async function answerTo(
  pieces: readonly Buffer[],
  route: (c: Context) => Promise<Response>,
  waitMs = 0,
): Promise<string> {
  const app = new Hono();
  if (waitMs > 0) app.use((_c, next) => sleep(waitMs).then(next));
  app.post("/hook", webhook(options), route);
  server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  for (const piece of pieces) {
    socket.write(piece);
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    if (pieces.length > 1) await sleep(20);
  }
  let answer = "";
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes("\r\n\r\n")) break;
  }
  return answer;
}

const head = Buffer.from(
  `POST /hook HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-Paradym-HMAC-SHA-256: ${macOf(body)}\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`,
);
const whole = [Buffer.concat([head, body])];
const inPieces = [head, Buffer.from(body.subarray(0, 10)), Buffer.from(body.subarray(10))];

describe("webhook for Hono on Node", () => {
  test.each([
    ["in one piece", whole, 0],
    ["in several pieces", inPieces, 0],
    ["in several pieces while something in front waited", inPieces, 100],
  ] as const)("c.req gives the body of a delivery that came %s", async (_how, pieces, waitMs) => {
    const answer = await answerTo(
      pieces,
      async (c) => {
        const bytes = Buffer.from(await c.req.arrayBuffer());
        const { payload } = await c.req.json<{ payload: { workflowId: string } }>();
        return c.body(null, bytes.equals(body) && payload.workflowId === "workflow 1" ? 200 : 400);
      },
      waitMs,
    );
    expect(answer).toContain("200 OK");
  });

  test.each(["POST", "GET"])(
    "c.req.arrayBuffer() gives the bytes of a %s also after c.req.text(), which drops a byte order mark",
    async (method) => {
      const marked = Buffer.concat([Buffer.from("\uFEFF"), body]);
      const app = new Hono();
      app.on(method, "/hook", webhook(options), async (c) => {
        const text = await c.req.text();
        const bytes = Buffer.from(await c.req.arrayBuffer());
        return c.body(null, text === body.toString() && bytes.equals(marked) ? 200 : 400);
      });
      server = createAdaptorServer({ fetch: app.fetch }) as Server;
      await once(server.listen(0, "127.0.0.1"), "listening");
      const { port } = server.address() as AddressInfo;
      const headers = { "X-Paradym-HMAC-SHA-256": macOf(marked), "Content-Length": marked.length };
      const sent = request({ port, method, path: "/hook", headers, agent: false }).end(marked);
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(200);
    },
  );

  test("so does the Request itself, where it was not made for reading the body", async () => {
    const answer = await answerTo(whole, async (c) =>
      c.body(null, (await c.req.raw.text()) === body.toString() ? 200 : 400),
    );
    expect(answer).toContain("200 OK");
  });

  test("a Request that was put in place of Node's own is verified by its own body", async () => {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.post("/inner", webhook(options), (c) => c.text("inner"));
    // One that is dispatched within the process, with the bindings of the request that led to it.
    app.post("/outer", (c) => app.fetch(signedRequest("/inner"), c.env));
    // One that something in front has made anew.
    app.use("/replaced", async (c, next) => {
      c.req.raw = signedRequest("/replaced");
      await next();
    });
    app.post("/replaced", webhook({ ...options, endpoint: "replaced" }), (c) => c.text("replaced"));
    server = createAdaptorServer({ fetch: app.fetch }) as Server;
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const answers = ["/outer", "/replaced"].map(async (path) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body: "another" })).text(),
    );
    expect(await Promise.all(answers)).toEqual(["inner", "replaced"]);
  });
});

function signedRequest(path: string): Request {
  return new Request(`http://receiver.test${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Paradym-HMAC-SHA-256": macOf(body) },
    body: body as BodyInit,
  });
}
