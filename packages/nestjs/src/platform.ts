import type { IncomingMessage, ServerResponse } from "node:http";
import type { Claim, WebhookEvent } from "@countersign/core";

/** A request as Nest hands it out: Express's, which is Node's own, or Fastify's, which has it at `raw`. */
export interface PlatformRequest {
  readonly raw?: IncomingMessage;
  readonly protocol?: string;
  readonly host?: string;
  readonly originalUrl?: string;
  readonly ip?: string;
  body?: unknown;
  /** The verified event, behind `@Webhook()`. */
  webhook?: WebhookEvent;
  /** Its claim. */
  webhookClaim?: Claim;
}

/** A response as Nest hands it out: Express's, which is Node's own, or a reply of Fastify's. */
export type PlatformResponse = ServerResponse | FastifyReply;

/** As much of Fastify's reply as an answer needs. */
interface FastifyReply {
  readonly raw: ServerResponse;
  code(status: number): FastifyReply;
  headers(values: Readonly<Record<string, string>>): FastifyReply;
  send(payload: string): unknown;
}

/** Returns Node's own request. */
export function nodeRequest(request: PlatformRequest): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

/** Returns Node's own response. */
export function nodeResponse(response: PlatformResponse): ServerResponse {
  return "raw" in response ? response.raw : response;
}
