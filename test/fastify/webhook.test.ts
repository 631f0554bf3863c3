import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { handlers, isWebhookError, type ReceiptRecord } from "@countersign/core";
import { paradym, type ParadymEvents, stripe } from "@countersign/core/providers";
import { eventOf, webhook } from "@countersign/fastify";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { macOf, paradymBody, SECRET } from "../conformance/delivery.ts";

const apps: FastifyInstance[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

const require = createRequire(import.meta.url);
const majors = [
  { major: 4, create: require("fastify4") as typeof fastify },
  { major: 5, create: fastify },
];

type Answer = Awaited<ReturnType<FastifyInstance["inject"]>>;

function inject(app: FastifyInstance, url = "/hook", body = paradymBody(1)): Promise<Answer> {
  return app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", "x-paradym-hmac-sha-256": macOf(body) },
    payload: body,
  });
}

const options = { provider: paradym, secret: SECRET, onStoreError: "reject" } as const;

describe.each(majors)("webhook for Fastify $major", ({ create }) => {
  function make(settings: object = {}): FastifyInstance {
    const app = create(settings);
    apps.push(app);
    return app;
  }

  test("in a scope: the event is at request.webhook, its body at request.body", async () => {
    const app = make();
    app.register(async (scope) => {
      await scope.register(webhook, options);
      scope.post("/hook", async (request) => {
        const event = eventOf(request, paradym);
        expectTypeOf(event.type).toEqualTypeOf<keyof ParadymEvents | undefined>();
        if (event.type === "workflowExecution.failed") {
          expectTypeOf(event.body.payload.error.message).toEqualTypeOf<string>();
        }
        return { same: request.body === event.body, id: request.webhook?.provider };
      });
    });
    const response = await inject(app);
    expect(response.json()).toEqual({ same: true, id: "paradym" });
  });

  test("a body over the server's bodyLimit is told so, and not to raise maxBodyBytes", async () => {
    const app = make({ bodyLimit: 100 });
    const records: ReceiptRecord[] = [];
    app.register(async (scope) => {
      await scope.register(webhook, { ...options, onReceipt: (record) => records.push(record) });
      scope.post("/hook", async () => ({}));
    });
    expect((await inject(app)).statusCode).toBe(413);
    expect(records[0]?.error).toMatchObject({
      code: "body_too_large",
      message: expect.stringMatching(
        /larger than 100 bytes, the bodyLimit of this route or of the server.*post\(path, \{ bodyLimit \}/,
      ) as string,
    });
  });

  test("a body over maxBodyBytes is told to raise that", async () => {
    const app = make();
    const records: ReceiptRecord[] = [];
    app.register(webhook, {
      ...options,
      maxBodyBytes: 100,
      onReceipt: (record) => records.push(record),
      path: "/hook",
      handler: () => {},
    });
    expect((await inject(app)).statusCode).toBe(413);
    expect(records[0]?.error).toMatchObject({
      message: expect.stringContaining("raise maxBodyBytes") as string,
    });
  });

  test("Fastify's own options are none of the receiver's, and misspelt ones are warned of", async () => {
    const app = make();
    const warnings: string[] = [];
    const misspelt = { ...options, tolerence: 60 };
    await app.register(webhook, {
      ...misspelt,
      prefix: "/v1",
      logLevel: "warn",
      logSerializers: {},
      onWarning: ({ message }) => warnings.push(message),
      path: "/hook",
      handler: () => {},
    });
    expect(warnings).toEqual([
      'paradym: the option "tolerence" is unknown and has no effect. Did you mean toleranceSeconds?',
    ]);
  });

  test("a handler that is none is refused", async () => {
    const app = make();
    app.register(webhook, { ...options, path: "/hook", handler: "handler" as never });
    await expect(app.ready()).rejects.toThrow(/it must be a function of the event/);
  });

  test("with path and handler it makes a route, also at the root, and several of them", async () => {
    const app = make();
    const seen: string[] = [];
    app.register(webhook, {
      ...options,
      path: "/one",
      handler: (event) => {
        expectTypeOf(event.type).toEqualTypeOf<keyof ParadymEvents | undefined>();
        seen.push("one");
      },
    });
    app.register(webhook, {
      ...options,
      path: "/two",
      handler: handlers({
        "workflowExecution.completed": (event) => {
          seen.push(`two ${event.body.payload.workflowId}`);
        },
      }),
    });
    app.post("/sibling", async (request) => request.body);
    expect((await inject(app, "/one")).statusCode).toBe(200);
    expect((await inject(app, "/two")).statusCode).toBe(200);
    expect(seen).toEqual(["one", "two workflow 1"]);
    const sibling = await app.inject({ method: "POST", url: "/sibling", payload: { a: 1 } });
    expect(sibling.json()).toEqual({ a: 1 });
  });

  test("path, method and handler may be there and undefined: then it is a scope's", async () => {
    const app = make();
    const none = { path: undefined, method: undefined, handler: undefined };
    app.register(async (scope) => {
      await scope.register(webhook, { ...options, ...none });
      scope.post("/hook", async () => "taken");
    });
    expect((await inject(app)).body).toBe("taken");
  });

  test("a handler's return value is the reply", async () => {
    const app = make();
    app.register(webhook, { ...options, path: "/hook", handler: async () => ({ taken: true }) });
    expect((await inject(app)).json()).toEqual({ taken: true });
  });

  test("a handler's promise may be of a library's own, with a then() that returns nothing", async () => {
    const app = make();
    type Settle = (value: unknown) => void;
    // oxlint-disable-next-line unicorn/no-thenable -- what such libraries return
    const fulfilled = { then: (resolve: Settle) => resolve({ done: true }) };
    // oxlint-disable-next-line unicorn/no-thenable -- the same
    const rejected = { then: (_: Settle, reject: Settle) => reject(new Error("refused")) };
    app.register(webhook, { ...options, path: "/good", handler: () => fulfilled });
    app.register(webhook, { ...options, path: "/bad", endpoint: "bad", handler: () => rejected });
    expect((await inject(app, "/good")).json()).toEqual({ done: true });
    expect((await inject(app, "/bad")).json()).toMatchObject({ message: "refused" });
    // Given back.
    expect((await inject(app, "/bad")).statusCode).toBe(500);
  });

  test("a handler that answers through reply and returns nothing has answered once", async () => {
    const sends: unknown[] = [];
    const app = make();
    app.addHook("onSend", async (_request, _reply, payload) => {
      sends.push(payload);
      await sleep(10);
    });
    app.register(webhook, {
      ...options,
      path: "/hook",
      handler: (_event, { reply }) => void reply.code(202).send({ taken: true }),
    });
    const response = await inject(app);
    expect([response.statusCode, response.json()]).toEqual([202, { taken: true }]);
    expect(sends).toEqual(['{"taken":true}']);
  });

  test.each(["path", "scope"])(
    "what a handler throws at once is told, before its answer and after it, in a %s's route",
    async (form) => {
      const app = make();
      const records: ReceiptRecord[] = [];
      let isAnswered = false;
      const work = (reply: FastifyReply): never => {
        if (isAnswered) void reply.send("done");
        throw new Error(isAnswered ? "afterwards" : "before");
      };
      const receiver = { ...options, onReceipt: (record: ReceiptRecord) => records.push(record) };
      if (form === "path") {
        app.register(webhook, {
          ...receiver,
          path: "/hook",
          handler: (_, { reply }) => work(reply),
        });
      } else {
        app.register(async (scope) => {
          await scope.register(webhook, receiver);
          scope.post("/hook", (_request, reply) => work(reply));
        });
      }
      expect((await inject(app)).statusCode).toBe(500);
      isAnswered = true;
      const second = await inject(app);
      expect([second.statusCode, second.body]).toEqual([200, "done"]);
      await vi.waitFor(() => expect(records).toHaveLength(3));
      expect(records.map(({ settlement, late, error }) => ({ settlement, late, error }))).toEqual([
        { settlement: "released", late: undefined, error: new Error("before") },
        { settlement: "completed", late: undefined, error: undefined },
        { settlement: "completed", late: true, error: new Error("afterwards") },
      ]);
    },
  );

  test("what a handler throws at once behind an answer that fails in a hook is no second answer", async () => {
    const app = make();
    const records: ReceiptRecord[] = [];
    let hasFailed = false;
    app.addHook("onSend", async () => {
      if (hasFailed) return;
      hasFailed = true;
      throw new Error("in the hook");
    });
    app.register(webhook, {
      ...options,
      path: "/hook",
      onReceipt: (record) => records.push(record),
      handler: (_, { reply }) => {
        void reply.send("done");
        throw new Error("afterwards");
      },
    });
    const response = await inject(app);
    expect([response.statusCode, response.json().message]).toEqual([500, "in the hook"]);
    await vi.waitFor(() => expect(records.length).toBeGreaterThan(1));
    await sleep(10);
    expect(records.map(({ error }) => error)).toEqual([
      new Error("in the hook"),
      new Error("afterwards"),
    ]);
  });

  test("at the root without a path it refuses, and says what to do", async () => {
    const app = make();
    app.register(webhook, options);
    const error: unknown = await app.ready().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isWebhookError(error) && error.code).toBe("config_invalid");
    expect((error as Error).message).toContain("Register it in a scope");
  });

  test.each([
    ["a path without a handler", { path: "/hook" }],
    ["a handler without a path", { handler: () => {} }],
  ])("%s is refused", async (_, more) => {
    const app = make();
    app.register(webhook, { ...options, ...more });
    await expect(app.ready()).rejects.toMatchObject({ code: "config_invalid" });
  });

  test("two in one scope are refused: the second would find the body read", async () => {
    const app = make();
    app.register(async (scope) => {
      await scope.register(webhook, options);
      await scope.register(webhook, { ...options, provider: stripe });
    });
    await expect(app.ready()).rejects.toMatchObject({ code: "config_invalid" });
  });

  test("a route that is declared before the plugin in the same scope is guarded as well", async () => {
    const app = make();
    let runs = 0;
    app.register(async (scope) => {
      scope.post("/hook", async () => ++runs);
      await scope.register(webhook, options);
    });
    const response = await app.inject({ method: "POST", url: "/hook", payload: { forged: true } });
    expect(response.statusCode).toBe(401);
    expect(runs).toBe(0);
    expect((await inject(app)).statusCode).toBe(200);
  });

  test("the route's own schema validates the verified body; what it refuses is given back", async () => {
    const records: ReceiptRecord[] = [];
    const app = make();
    app.register(async (scope) => {
      await scope.register(webhook, { ...options, onReceipt: (record) => records.push(record) });
      scope.post(
        "/hook",
        { schema: { body: { type: "object", required: ["nothing has this"] } } },
        async () => "never",
      );
    });
    const response = await inject(app);
    // Genuine, so not a 4xx: many providers don't send again what was answered with one.
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ code: "FST_ERR_VALIDATION" });
    await expect.poll(() => records.at(-1)?.settlement).toBe("released");
  });

  test("an error handler gets what the schema refused as a 5xx, and may answer otherwise", async () => {
    const app = make();
    const seen: unknown[] = [];
    app.setErrorHandler<FastifyError>((error, _request, reply) => {
      seen.push([error.statusCode, error.validationContext]);
      return reply.code(503).send("later");
    });
    app.register(async (scope) => {
      await scope.register(webhook, options);
      scope.post("/hook", { schema: { body: { type: "array" } } }, async () => "never");
    });
    // Of routes that are no webhooks it stays Fastify's 400.
    app.post("/other", { schema: { body: { type: "array" } } }, async () => "never");
    expect((await inject(app)).statusCode).toBe(503);
    await app.inject({ method: "POST", url: "/other", payload: {} });
    expect(seen).toEqual([
      [500, "body"],
      [400, "body"],
    ]);
  });

  test("Fastify's bodyLimit holds, of the server and of the route", async () => {
    const app = make({ bodyLimit: 100 });
    app.register(async (scope) => {
      await scope.register(webhook, options);
      scope.post("/hook", async () => "taken");
      scope.post("/roomy", { bodyLimit: 10_000 }, async () => "taken");
    });
    const refused = await inject(app);
    expect(refused.statusCode).toBe(413);
    expect(refused.json()).toMatchObject({ code: "body_too_large" });
    expect((await inject(app, "/roomy")).statusCode).toBe(200);
  });

  test("with a path it is maxBodyBytes alone, as in every framework", async () => {
    const app = make();
    app.register(webhook, { ...options, path: "/hook", handler: () => "taken" });
    app.register(webhook, {
      ...options,
      path: "/small",
      maxBodyBytes: 100,
      handler: () => "taken",
    });
    const large = Buffer.concat([paradymBody(1), Buffer.alloc(2 * 1024 * 1024, " ")]);
    expect((await inject(app, "/hook", large)).body).toBe("taken");
    expect((await inject(app, "/small")).statusCode).toBe(413);
  });

  test("a hook in front that awaits does not lose the body", async () => {
    const app = make();
    app.addHook("onRequest", () => new Promise((resolve) => setTimeout(resolve, 20)));
    app.addHook("preValidation", () => new Promise((resolve) => setTimeout(resolve, 20)));
    app.register(webhook, { ...options, path: "/hook", handler: () => "taken" });
    expect((await inject(app)).body).toBe("taken");
  });

  test("a hook in front that answers by itself keeps the delivery from being claimed", async () => {
    const records: ReceiptRecord[] = [];
    const app = make();
    app.addHook("onRequest", (_request, reply) => reply.code(429).send("later"));
    app.register(webhook, {
      ...options,
      onReceipt: (record) => records.push(record),
      path: "/hook",
      handler: () => "never",
    });
    expect((await inject(app)).statusCode).toBe(429);
    expect(records).toEqual([]);
  });

  test("setErrorHandler gets the handler's error, and the receipt names it", async () => {
    const records: ReceiptRecord[] = [];
    const failure = new Error("no");
    const app = make();
    app.setErrorHandler((_error, _request, reply) => reply.code(503).send("sorry"));
    app.register(webhook, {
      ...options,
      onReceipt: (record) => records.push(record),
      path: "/hook",
      handler: () => {
        throw failure;
      },
    });
    const response = await inject(app);
    expect([response.statusCode, response.body]).toEqual([503, "sorry"]);
    expect(records.at(-1)).toMatchObject({ settlement: "released", error: failure });
  });

  test("eventOf refuses a request of another provider or of no webhook scope", async () => {
    const app = make();
    app.setErrorHandler((error, _request, reply) =>
      reply.code(500).send(isWebhookError(error) ? error.code : "other"),
    );
    app.post("/plain", async (request) => eventOf(request, paradym));
    app.register(webhook, {
      ...options,
      onReceipt: () => {},
      path: "/hook",
      handler: (_event, { request }) => eventOf(request, stripe),
    });
    expect((await app.inject({ method: "POST", url: "/plain" })).body).toBe("config_invalid");
    expect((await inject(app)).body).toBe("config_invalid");
  });
});
