import type { Claim, ReceiverOptions, WebhookEvent as Event } from "@countersign/core";
import { Webhook, WebhookClaim, WebhookEvent, WebhookModule } from "@countersign/nestjs";
import fastifyCompress from "@fastify/compress";
import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import {
  All,
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  HttpCode,
  Module,
  Post,
  Res,
  StreamableFile,
  type Type,
} from "@nestjs/common";
import { HttpAdapterHost, NestFactory } from "@nestjs/core";
import { ExpressAdapter, type NestExpressApplication } from "@nestjs/platform-express";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import compression from "compression";
import express, { type Response as ExpressResponse } from "express";
import session from "express-session";
import type { FastifyPluginAsync, FastifyReply } from "fastify";
import { writeReply } from "./fastify-hono-subjects.ts";
import { guard, writeExpress, writePlain } from "./node-subjects.ts";
import {
  everythingBut,
  listening,
  type Reply,
  type Running,
  type Setup,
  type Subject,
} from "./subject.ts";

type PlatformResponse = ExpressResponse | FastifyReply;

/** Nest's way for a method to answer by itself. */
async function write(response: PlatformResponse, reply: Reply | void): Promise<void> {
  if ("raw" in response) await writeReply(response, reply);
  else await writeExpress(response, reply);
}

/** Nest's usual way: what the method returns is the answer. */
async function returned(response: PlatformResponse, reply: Reply | void): Promise<unknown> {
  if (reply === undefined) return undefined;
  if (reply.returned !== undefined) return reply.returned;
  const { status, body, stream, past } = reply;
  if (past === true) {
    await writePlain("raw" in response ? response.raw : response, reply);
    return undefined;
  }
  if (status !== undefined) response.status(status);
  return stream === undefined ? body : new StreamableFile(stream());
}

/** Makes the root module of an application with the webhook on `/hook`. */
function moduleOf({ options, several, handle, form }: Setup): Type {
  const one = options as ReceiverOptions;
  const webhook =
    several === undefined ? (one.endpoint ?? one.provider.name) : "several at one URL";

  @Controller()
  class AnsweringController {
    @All("hook")
    @Webhook(webhook)
    async received(
      @WebhookEvent() event: Event,
      @WebhookClaim() claim: Claim,
      @Res() response: PlatformResponse,
    ): Promise<void> {
      await write(response, await handle(event, claim));
    }
  }

  @Controller()
  class ReturningController {
    @All("hook")
    @Webhook(webhook)
    async received(
      @WebhookEvent() event: Event,
      @WebhookClaim() claim: Claim,
      @Res({ passthrough: true }) response: PlatformResponse,
    ): Promise<unknown> {
      return returned(response, await handle(event, claim));
    }
  }

  @Controller()
  class SiblingController {
    @Post("sibling")
    @HttpCode(200)
    echo(@Body() body: unknown): unknown {
      return body;
    }
  }

  @Module({
    imports: [
      WebhookModule.forRoot({
        webhooks: [several === undefined ? one : { endpoint: webhook, oneOf: several }],
      }),
    ],
    controllers: [
      form === "handler" ? ReturningController : AnsweringController,
      SiblingController,
    ],
  })
  class AppModule {}
  return AppModule;
}

/** Answers errors as an application's own filter does. */
function failing(errors: unknown[], host: HttpAdapterHost): ExceptionFilter {
  @Catch()
  class Failing implements ExceptionFilter {
    catch(error: unknown, context: ArgumentsHost): void {
      errors.push(error);
      const response: PlatformResponse = context.switchToHttp().getResponse();
      if (host.httpAdapter.isHeadersSent(response)) host.httpAdapter.end(response);
      else host.httpAdapter.reply(response, "failed", 500);
    }
  }
  return new Failing();
}

export const nestExpressSubject: Subject = {
  name: "NestJS 12, Express",
  can: everythingBut("Node's own request"),
  start: async (setup): Promise<Running> => {
    const { front } = setup;
    const errors: unknown[] = [];
    const app = await NestFactory.create<NestExpressApplication>(
      moduleOf(setup),
      new ExpressAdapter(),
      { logger: false },
    );
    if (front === "a trusted proxy") app.set("trust proxy", true);
    if (front === "a parser to bytes") app.use(express.raw({ type: "*/*" }));
    if (front === "a parser that keeps nothing") app.use(express.json());
    if (front === "a parser that keeps the bytes" || front === "a parser that keeps text") {
      const keepsText = front === "a parser that keeps text";
      app.use(
        express.json({
          verify: (req, _res, bytes) => {
            Object.assign(req, { rawBody: keepsText ? bytes.toString() : bytes });
          },
        }),
      );
    }
    if (front === "compression") app.use(compression({ threshold: 0 }));
    if (front === "sessions") {
      app.use(session({ secret: "session secret", resave: true, saveUninitialized: true }));
    }
    if (front === "a guard that answers slow senders") {
      app.use((_req: unknown, res: ExpressResponse, next: () => void) => {
        guard(res);
        next();
      });
    }
    app.useGlobalFilters(failing(errors, app.get(HttpAdapterHost)));
    await app.listen(0, "127.0.0.1");
    return listening(app.getHttpServer(), errors, () => app.close());
  },
};

export const nestFastifySubject: Subject = {
  name: "NestJS 12, Fastify",
  can: everythingBut(
    "a parser to bytes",
    "a parser that keeps the bytes",
    "a parser that keeps text",
    "a parser that keeps nothing",
    "Node's own request",
  ),
  start: async (setup): Promise<Running> => {
    const { front } = setup;
    const errors: unknown[] = [];
    const adapter = new FastifyAdapter({ trustProxy: front === "a trusted proxy" });
    const app = await NestFactory.create<NestFastifyApplication>(moduleOf(setup), adapter, {
      logger: false,
    });
    const use = (plugin: unknown, options: object): unknown =>
      adapter.getInstance().register(plugin as FastifyPluginAsync<object>, options);
    if (front === "compression") await use(fastifyCompress, { threshold: 0 });
    if (front === "a guard that answers slow senders") {
      adapter.getInstance().addHook("onRequest", async (_request, reply) => guard(reply.raw));
    }
    if (front === "sessions") {
      await use(fastifyCookie, {});
      await use(fastifySession, {
        secret: "a session secret that is long enough",
        cookie: { secure: false },
      });
    }
    app.useGlobalFilters(failing(errors, app.get(HttpAdapterHost)));
    await app.listen(0, "127.0.0.1");
    return listening(app.getHttpServer(), errors, () => app.close());
  },
};
