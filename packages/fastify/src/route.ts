import type { Receiver } from "@countersign/core";
import { isPending, isResponse } from "@countersign/core/adapter";
import { writtenOf } from "@countersign/node";
import type { FastifyInstance, FastifyReply } from "fastify";
import { install } from "./scope.ts";
import type { FastifyHandler } from "./types.ts";

/** The route that the plugin makes by itself. */
export interface OwnRoute {
  readonly path: string;
  readonly method?: string | string[] | undefined;
  /** Missing with an inbox, whose worker runs it. */
  readonly handler: FastifyHandler<never> | undefined;
}

/** Makes the route for a handler, in a scope that has nothing else. */
export function makeRoute(
  scope: FastifyInstance,
  receiver: Receiver,
  { path, method = "POST", handler }: OwnRoute,
): void {
  install(scope, receiver);
  scope.route({
    method,
    url: path,
    // In place of the server's, 1 MiB unless set: some providers send more, and none sends again after a 413. `maxBodyBytes` holds.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    // Not async: a handler that returns at once costs no promise.
    handler: (request, reply) => {
      const { webhook: event, webhookClaim: claim } = request;
      if (event === undefined || claim === undefined) throw new Error("not verified");
      // `reply.sent` tells it too late: only when every onSend hook is through.
      let isAnswered = false;
      // oxlint-disable-next-line typescript/unbound-method -- called with the reply as `this`
      const { send } = reply;
      // Not written where the property is set: V8 would put it into the old generation, and keep the request until a full collection.
      const noteAndSend = (payload?: unknown): FastifyReply => {
        isAnswered = true;
        return Reflect.apply<FastifyReply, [unknown], FastifyReply>(send, reply, [payload]);
      };
      reply.send = noteAndSend;
      const answer = (result: unknown): unknown => {
        if (isAnswered || reply.sent) return reply;
        if (isResponse(result)) return sendResponse(reply, result);
        // `undefined` would be taken for an answer that is still to come.
        return result ?? reply.send();
      };
      let returned: unknown;
      try {
        returned = handler?.(event as never, { claim, request, reply });
      } catch (error) {
        // Thrown, Fastify would send it at once, beside an answer that has just failed in an onSend hook.
        return Promise.reject(error);
      }
      // Not its own `then`: that of a query builder, say, may take nothing but a callback, and return nothing.
      if (isPending(returned)) return Promise.resolve(returned).then(answer);
      const answered = answer(returned);
      // Fastify would wait for the end of a reply that a handler returns.
      return answered === reply ? undefined : answered;
    },
  });
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  const { status, headers, body } = await writtenOf(response);
  return reply.code(status).headers(headers).send(body);
}
