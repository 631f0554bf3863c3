import { fastify4Subject, fastify5Subject, honoSubject } from "./fastify-hono-subjects.ts";
import {
  express4Subject,
  express5Subject,
  fetchHandle,
  koa2Subject,
  koa3Subject,
  nodeHttp,
} from "./node-subjects.ts";
import type { Subject } from "./subject.ts";

/** All but NestJS, which changes `Reflect` for the whole process. */
export const subjects: readonly Subject[] = [
  nodeHttp,
  express4Subject,
  express5Subject,
  koa2Subject,
  koa3Subject,
  fastify4Subject,
  fastify5Subject,
  honoSubject,
  fetchHandle,
];
