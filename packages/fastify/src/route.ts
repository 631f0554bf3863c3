import type { Receiver } from "@countersign/core";
import { isResponse } from "@countersign/core/adapter";
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
    handler: async (request, reply) => {
      const { webhook: event, webhookClaim: claim } = request;
      if (event === undefined || claim === undefined) throw new Error("not verified");
      // `reply.sent` tells it too late: only when every onSend hook is through.
      let isAnswered = false;
      const send = reply.send.bind(reply);
      // Not written where the property is set: V8 would put it into the old generation, and keep the request until a full collection.
      const noteAndSend = (payload?: unknown): FastifyReply => {
        isAnswered = true;
        return send(payload);
      };
      reply.send = noteAndSend;
      const result = await handler?.(event as never, { claim, request, reply });
      if (isAnswered || reply.sent) return reply;
      if (isResponse(result)) {
        const { status, headers, body } = await writtenOf(result);
        return reply.code(status).headers(headers).send(body);
      }
      // `undefined` would be taken for an answer that is still to come.
      return result ?? reply.send();
    },
  });
}
