import type { Answer } from "@countersign/core";
import { leaveUnread, sendAnswer } from "@countersign/node";
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from "@nestjs/common";
import { nodeRequest, type PlatformRequest, type PlatformResponse } from "./platform.ts";

/**
 * Thrown by the guard for a delivery that must not reach the method: a forged one, a duplicate, a handshake.
 *
 * {@link WebhookAnswerFilter} answers it. It is an `HttpException`, so that a filter that is asked before and catches everything still
 * answers with the right status.
 */
export class WebhookAnswer extends HttpException {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.body, answer.status);
    this.answer = answer;
  }
}

/** Answers as the receiver decided, to the letter. */
export class WebhookAnswerFilter implements ExceptionFilter<WebhookAnswer> {
  catch({ answer }: WebhookAnswer, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const req = nodeRequest(http.getRequest<PlatformRequest>());
    const response = http.getResponse<PlatformResponse>();
    if (!("raw" in response)) {
      sendAnswer(req, response, answer);
      return;
    }
    // Something else has answered while the body came.
    if (response.raw.headersSent) return;
    leaveUnread(req, response.raw, answer.status);
    // Through Fastify, whose hooks may add headers.
    response.code(answer.status).headers(answer.headers).send(answer.body);
  }
}

Catch(WebhookAnswer)(WebhookAnswerFilter);
