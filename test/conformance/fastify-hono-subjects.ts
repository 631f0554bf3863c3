import { createServer } from "node:http";
import { createRequire } from "node:module";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { type HonoOptions, webhook as honoWebhook } from "@countersign/hono";
import fastifyCompress from "@fastify/compress";
import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import { getRequestListener } from "@hono/node-server";
import fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyReply } from "fastify";
import fastifyRawBody from "fastify-raw-body";
import { Hono } from "hono";
import { compress } from "hono/compress";
import type { StatusCode } from "hono/utils/http-status";
import { guard, responseOf, writePlain } from "./node-subjects.ts";
import { everythingBut, listening, type Reply, serverOf, type Subject } from "./subject.ts";

// The types of the older major clash with those of the newer.
const require = createRequire(import.meta.url);

interface FastifyPlugins {
  readonly compress: unknown;
  readonly cookie: unknown;
  readonly session: unknown;
  readonly rawBody: unknown;
}

export async function writeReply(reply: FastifyReply, answer: Reply | void): Promise<FastifyReply> {
  if (answer === undefined) return reply.send();
  const { status = 200, body, stream, past } = answer;
  if (past !== true) return reply.code(status).send(stream?.() ?? body);
  reply.hijack();
  await writePlain(reply.raw, answer);
  return reply;
}

function fastifySubject(name: string, make: typeof fastify, plugins: FastifyPlugins): Subject {
  return {
    name,
    can: everythingBut(),
    start: async ({ options, handle, form, front, before }) => {
      const errors: unknown[] = [];
      const app: FastifyInstance = make({
        exposeHeadRoutes: false,
        return503OnClosing: false,
        serverFactory: (listener) => serverOf(listener, before),
        trustProxy: front === "a trusted proxy",
      });
      app.setErrorHandler((error, _request, reply) => {
        errors.push(error);
        return reply.code(500).send("failed");
      });
      const use = (plugin: unknown, pluginOptions: object): unknown =>
        app.register(plugin as FastifyPluginAsync<object>, pluginOptions);
      if (front === "a parser to bytes") {
        app.removeAllContentTypeParsers();
        app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
          done(null, body),
        );
      }
      if (front === "a parser that keeps the bytes" || front === "a parser that keeps text") {
        const encoding = front === "a parser that keeps text" ? "utf8" : false;
        await use(plugins.rawBody, { encoding, runFirst: true });
      }
      if (front === "compression") await use(plugins.compress, { threshold: 0 });
      if (front === "a guard that answers slow senders") {
        app.addHook("onRequest", async (_request, reply) => guard(reply.raw));
      }
      if (front === "sessions") {
        await use(plugins.cookie, {});
        await use(plugins.session, {
          secret: "a session secret that is long enough",
          cookie: { secure: false },
        });
      }

      const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
      if (form === "handler") {
        app.register(fastifyWebhook, {
          ...options,
          path: "/hook",
          method: METHODS,
          handler: async (event, { claim, reply }) => {
            const answer = await handle(event, claim);
            if (answer !== undefined && "returned" in answer) return answer.returned;
            if (answer?.unsent !== true) return answer && writeReply(reply, answer);
            reply.code(answer.status ?? 200);
            return undefined;
          },
        });
      } else {
        app.register(async (scope) => {
          await scope.register(fastifyWebhook, options);
          if (front === "a parser that keeps nothing") {
            scope.addContentTypeParser(
              "application/json",
              { parseAs: "string" },
              (_request, body, done) => done(null, JSON.parse(String(body))),
            );
          }
          scope.route({
            method: METHODS,
            url: "/hook",
            handler: async (request, reply) => {
              if (request.webhook === undefined || request.webhookClaim === undefined) {
                throw new Error("unverified");
              }
              return writeReply(reply, await handle(request.webhook, request.webhookClaim));
            },
          });
        });
      }
      app.post("/sibling", (request, reply) => reply.send(request.body));
      await app.listen({ port: 0, host: "127.0.0.1" });
      return listening(app.server, errors, () => app.close());
    },
  };
}

export const fastify5Subject: Subject = fastifySubject("Fastify 5", fastify, {
  compress: fastifyCompress,
  cookie: fastifyCookie,
  session: fastifySession,
  rawBody: fastifyRawBody,
});

export const fastify4Subject: Subject = fastifySubject(
  "Fastify 4",
  require("fastify4") as typeof fastify,
  {
    compress: require("fastify-compress4"),
    cookie: require("fastify-cookie4"),
    session: require("fastify-session4"),
    rawBody: require("fastify-raw-body4"),
  },
);

export const honoSubject: Subject = {
  name: "Hono 4",
  can: new Set([
    "a parser to bytes",
    "a parser that keeps nothing",
    "compression",
    "set a status and return",
    "sibling",
    "middleware",
  ]),
  start: ({ options, handle, form, front }) => {
    const errors: unknown[] = [];
    const app = new Hono();
    app.onError((error, c) => {
      errors.push(error);
      return c.text("failed", 500);
    });
    if (front === "a parser to bytes" || front === "a parser that keeps nothing") {
      app.use(async (c, next) => {
        await (front === "a parser to bytes" ? c.req.arrayBuffer() : c.req.json());
        await next();
      });
    }
    if (front === "compression") app.use(compress({ threshold: 0 }));
    const given = options as HonoOptions;
    if (form === "handler") {
      app.all(
        "/hook",
        honoWebhook(given, async (event, { claim, c }) => {
          const reply = await handle(event, claim);
          if (reply !== undefined && "returned" in reply) return reply.returned as Response;
          if (reply?.unsent !== true) return reply && responseOf(reply);
          c.status((reply.status ?? 200) as StatusCode);
          return undefined;
        }),
      );
    } else {
      app.all("/hook", honoWebhook(given), async (c) => {
        const reply = await handle(c.var.webhook, c.var.webhookClaim);
        return reply === undefined ? c.body(null) : responseOf(reply);
      });
    }
    app.post("/sibling", async (c) => c.json(await c.req.json()));
    return listening(createServer(getRequestListener(app.fetch)), errors);
  },
};
