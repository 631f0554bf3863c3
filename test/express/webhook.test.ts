import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import {
  defineProvider,
  isWebhookError,
  type ReceiptRecord,
  sign,
  type Warning,
} from "@countersign/core";
import { paradym, type ParadymEvents } from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import compression from "compression";
import express, { type Express, type Response as ExpressResponse, Router } from "express";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import { macOf, paradymBody, requestOf, SECRET } from "../conformance/delivery.ts";
import { Wire } from "../conformance/wire.ts";

const require = createRequire(import.meta.url);
const majors = [
  { major: 4, create: require("express4") as typeof express },
  { major: 5, create: express },
];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function urlOf(app: Express): Promise<string> {
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function deliver(url: string, n = 1): Promise<Response> {
  const body = paradymBody(n);
  return fetch(`${url}/hook`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Paradym-HMAC-SHA-256": macOf(body) },
    body: body as BodyInit,
  });
}

const options = { provider: paradym, secret: SECRET, onStoreError: "reject" } as const;

/** An application whose route, behind the middleware, does this with the response. */
function answering(
  records: ReceiptRecord[],
  answer: (res: ExpressResponse) => void,
  ...inFront: Parameters<Express["use"]>[0][]
): Express {
  const app = express();
  for (const middleware of inFront) app.use(middleware);
  app.post(
    "/hook",
    webhook({ ...options, onReceipt: (record) => records.push(record) }),
    (_req, res) => answer(res),
  );
  return app;
}

describe("webhook for Express", () => {
  test("the middleware's event(req) and claim(req) are typed; a request that came another way is refused", async () => {
    const hook = webhook(options);
    const app = express();
    app.post("/hook", hook, (req, res) => {
      const event = hook.event(req);
      expectTypeOf(event.type).toEqualTypeOf<keyof ParadymEvents | undefined>();
      if (event.type === "workflowExecution.failed") {
        expectTypeOf(event.body.payload.error.message).toEqualTypeOf<string>();
      }
      res.json({
        same: req.webhook === event && req.body === event.body,
        key: hook.claim(req).key !== undefined,
      });
    });
    app.post("/other", (req, res) => {
      try {
        hook.event(req);
        res.end();
      } catch (error) {
        res.send(isWebhookError(error) ? error.code : "other");
      }
    });
    const url = await urlOf(app);
    expect(await (await deliver(url)).json()).toEqual({ same: true, key: true });
    expect(await (await fetch(`${url}/other`, { method: "POST" })).text()).toBe("config_invalid");
  });

  test("twice on one route it says which to take away, and gives the event back", async () => {
    for (const keepsBytes of [true, false]) {
      const records: ReceiptRecord[] = [];
      const warnings: string[] = [];
      const watched = {
        ...options,
        onReceipt: (record: ReceiptRecord) => records.push(record),
        onWarning: ({ code, message }: Warning) => warnings.push(`${code}: ${message}`),
      };
      const hook = webhook(watched);
      const app = express();
      if (keepsBytes) {
        app.use(
          express.json({
            verify: (req, _res, rawBody) => void Object.assign(req, { rawBody }),
          }),
        );
      }
      app.use(hook);
      app.post("/hook", hook, (_req, res) => res.sendStatus(204));
      const response = await deliver(await urlOf(app));
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({ code: "config_invalid" });
      expect(warnings.join("\n")).toMatch(
        /^config_invalid: paradym: A webhook\(\) middleware in front of this one has accepted the request already.*Take one away/,
      );
      expect(records.map(({ outcome, settlement }) => settlement ?? outcome)).toEqual([
        "rejected",
        "released",
      ]);
    }
  });

  test("a handler that never answers is warned of, and its delivery is recorded", async () => {
    const records: ReceiptRecord[] = [];
    const warnings: string[] = [];
    const app = express();
    const hook = webhook({
      ...options,
      leaseSeconds: 0.3,
      maxProcessingSeconds: 0.2,
      onReceipt: (record) => records.push(record),
      onWarning: ({ message }) => warnings.push(message),
    });
    app.post("/hook", hook, () => {});
    const delivered = deliver(await urlOf(app)).catch(() => {});
    await expect.poll(() => records.length).toBe(1);
    expect(records[0]).toMatchObject({ outcome: "accepted", settlement: "lost" });
    expect(warnings.join()).toMatch(/has not answered for 0\.2 s; end the response or return/);
    for (const server of servers) server.closeAllConnections();
    await delivered;
  });

  test("a misspelt option is warned of, and a handler that is none is refused", () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Warning): void => void warnings.push(message);
    const misspelt = { ...options, onWarning, tolerence: 60 };
    webhook(misspelt);
    expect(warnings).toEqual([
      'paradym: the option "tolerence" is unknown and has no effect. Did you mean toleranceSeconds?',
    ]);
    for (const handler of [null, "x", [() => {}]]) {
      expect(() => webhook(options, handler as never)).toThrow(
        /it must be a function of the event/,
      );
    }
  });

  test.each([
    ["application/json", "express.json"],
    ["application/vnd.acme+json", "express.json"],
    ["application/x-www-form-urlencoded", "express.urlencoded"],
  ])("behind the parser of %s it says how %s keeps the bytes", async (type, parser) => {
    const records: ReceiptRecord[] = [];
    const app = express();
    app.use((req, _res, next) => void req.on("data", () => {}).once("end", next));
    app.post("/hook", webhook({ ...options, onReceipt: (record) => records.push(record) }));
    const body = paradymBody(1);
    const headers = { "Content-Type": type, "X-Paradym-HMAC-SHA-256": macOf(body) };
    const url = `${await urlOf(app)}/hook`;
    const response = await fetch(url, { method: "POST", headers, body: body as BodyInit });
    expect(await response.json()).toMatchObject({ code: "body_already_read" });
    expect(String(records[0]?.error)).toContain(`keep the bytes: ${parser}({ verify: `);
  });

  test("of a rawBody that was written anew it says so first", async () => {
    const records: ReceiptRecord[] = [];
    const app = express();
    app.use(express.json(), (req, _res, next) => {
      Object.assign(req, { rawBody: JSON.stringify(req.body, undefined, 2) });
      next();
    });
    app.post("/hook", webhook({ ...options, onReceipt: (record) => records.push(record) }));
    expect((await deliver(await urlOf(app))).status).toBe(500);
    expect(String(records[0]?.error)).toMatch(
      /rawBody is text of \d+ bytes, and \d+ bytes were sent: it was written anew \(JSON\.stringify\(req\.body\)/,
    );
  });

  test("a sender who leaves before the body is read is no misconfiguration", async () => {
    const records: ReceiptRecord[] = [];
    const warnings: string[] = [];
    const app = express();
    app.use((req, _res, next) => void req.once("close", () => setTimeout(next, 20)));
    app.post(
      "/hook",
      webhook({
        ...options,
        onReceipt: (record) => records.push(record),
        onWarning: ({ code }) => warnings.push(code),
      }),
    );
    const wire = await Wire.to(Number(new URL(await urlOf(app)).port));
    wire.send(requestOf({ body: paradymBody(1) }).subarray(0, -10));
    await new Promise((resolve) => setTimeout(resolve, 20));
    wire.leave();
    await expect.poll(() => records.map(({ code }) => code)).toEqual(["body_aborted"]);
    expect(warnings).toEqual([]);
  });

  test("in a mounted router the URL that is signed is the one that was called", async () => {
    const provider = defineProvider({
      name: "signs-url",
      signature: { header: "X-Signature", encoding: "hex", content: "{url}{body}" },
      dedup: "content",
    });
    const app = express();
    const router = Router();
    router.post("/hook", webhook({ provider, secret: SECRET }));
    router.post("/hook", (_req, res) => void res.send("taken"));
    app.use("/mounted", router);
    const url = `${await urlOf(app)}/mounted/hook?a=1`;
    const { headers, body } = await sign({ body: { a: 1 }, url }, { provider, secret: SECRET });
    const response = await fetch(url, { method: "POST", headers, body: body as BodyInit });
    expect(await response.text()).toBe("taken");
  });
});

describe("a held response", () => {
  test("is frozen from its end on, as if it had been sent", async () => {
    const records: ReceiptRecord[] = [];
    const seen: unknown[] = [];
    const url = await urlOf(
      answering(records, (res) => {
        res.status(201).end("first");
        res.statusCode = 500;
        seen.push(res.headersSent, res.writableEnded, res.write("more"));
        try {
          res.setHeader("x-late", "1");
        } catch (error) {
          seen.push((error as { code?: string }).code);
        }
        res.end("second");
      }),
    );
    const response = await deliver(url);
    expect([response.status, await response.text()]).toEqual([201, "first"]);
    expect(response.headers.get("x-late")).toBeNull();
    expect(seen).toEqual([true, true, false, "ERR_HTTP_HEADERS_SENT"]);
    expect(records.at(-1)?.settlement).toBe("completed");
  });

  test("that throws after its end is not processed twice", async () => {
    const records: ReceiptRecord[] = [];
    let runs = 0;
    const app = answering(records, (res) => {
      runs++;
      res.end("done");
      throw new Error("after the end");
    });
    app.set("env", "test");
    const url = await urlOf(app);
    await deliver(url).catch(() => {});
    expect((await deliver(url)).status).toBe(200);
    expect(runs).toBe(1);
  });

  test("works under compression that is behind the middleware", async () => {
    const app = express();
    app.post("/hook", webhook(options), compression({ threshold: 0 }), (_req, res) => {
      res.send("hello ".repeat(1000));
    });
    const response = await deliver(await urlOf(app));
    expect(response.headers.get("content-encoding")).toMatch(/gzip|br/);
    expect(await response.text()).toBe("hello ".repeat(1000));
  });

  test("by res.sendFile, whose length is declared, is complete with the claim", async () => {
    const records: ReceiptRecord[] = [];
    const url = await urlOf(
      answering(records, (res) =>
        res.sendFile(new URL("webhook.test.ts", import.meta.url).pathname),
      ),
    );
    expect(await (await deliver(url)).text()).toContain("a held response");
    expect(records.at(-1)?.settlement).toBe("completed");
  });

  test("with a length given to writeHead, in pieces, is complete with the claim", async () => {
    for (const headers of [{ "Content-Length": 6 }, ["Content-Length", "6"]]) {
      const records: ReceiptRecord[] = [];
      const url = await urlOf(
        answering(records, (res) => {
          res.writeHead(200, headers as never);
          res.write("abc");
          res.write(Buffer.from("def"));
          res.end();
        }),
      );
      expect(await (await deliver(url)).text()).toBe("abcdef");
      expect(records.at(-1)?.settlement).toBe("completed");
    }
  });

  test.each(majors)(
    "whose route fails after its first write gives the event back, Express $major",
    async ({ create }) => {
      const records: ReceiptRecord[] = [];
      const app = create();
      app.set("env", "test");
      app.post(
        "/hook",
        webhook({ ...options, onReceipt: (record) => records.push(record) }),
        (_req, res, next) => {
          res.write("begun");
          setImmediate(() => next(new Error("later")));
        },
      );
      const answer = deliver(await urlOf(app)).then((response) => response.text());
      await expect(answer).rejects.toThrow(/terminated|fetch failed/);
      await expect.poll(() => records.map(({ settlement }) => settlement)).toEqual(["released"]);
    },
  );

  test.each(["destroy", "resetAndDestroy"] as const)(
    "whose sender leaves after its first write (%s) waits for the route",
    async (leave) => {
      const records: ReceiptRecord[] = [];
      const seen: string[] = [];
      let route: ExpressResponse | undefined;
      const url = await urlOf(
        answering(records, (res) => {
          route = res;
          res.once("close", () => seen.push("close"));
          res.write("begun");
        }),
      );
      const sender = connect(Number(new URL(url).port), "127.0.0.1");
      sender.write(requestOf({ body: paradymBody(1) }));
      sender.once("data", () => sender[leave]());
      await expect.poll(() => seen).toEqual(["close"]);
      expect((await deliver(url)).status).toBe(503);
      route?.end();
      await expect
        .poll(() => records.map(({ outcome, settlement }) => settlement ?? outcome))
        .toEqual(["in_flight", "completed"]);
    },
  );

  test("is answered also where the store can't settle the claim", async () => {
    const records: ReceiptRecord[] = [];
    const app = express();
    const store = {
      claim: () => Promise.resolve({ status: "claimed" as const }),
      extend: () => Promise.resolve(true),
      complete: () => Promise.reject(new Error("away")),
      release: () => Promise.reject(new Error("away")),
    };
    app.post(
      "/hook",
      webhook({ ...options, store, onReceipt: (record) => records.push(record) }, () => {}),
    );
    expect((await deliver(await urlOf(app))).status).toBe(200);
    expect(records.at(-1)?.settlement).toBe("failed");
  });
});
