import { holdResponse, sourceOf } from "@countersign/node";
import type { DeliverySource } from "@countersign/core/adapter";
import { type CanActivate, type ExecutionContext, Inject, Injectable } from "@nestjs/common";
import { accepted } from "./accepted.ts";
import { WebhookAnswer } from "./answer.ts";
import { misused } from "./errors.ts";
import {
  nodeRequest,
  nodeResponse,
  type PlatformRequest,
  type PlatformResponse,
} from "./platform.ts";
import { WebhookReceivers } from "./receivers.ts";
import { unreadPayload } from "./relabel-bodies.ts";
import { webhookOf } from "./route.ts";

const ADVICE =
  "Nest's own parsers skip webhooks. Remove app.use(express.json()), or whatever else reads the body in front, or put the bytes into req.rawBody there.";

/** Lets accepted deliveries through to the method, and throws the answer to all others. */
export class WebhookGuard implements CanActivate {
  readonly #receivers: WebhookReceivers;

  constructor(receivers: WebhookReceivers) {
    this.#receivers = receivers;
  }

  async canActivate(context: ExecutionContext): Promise<true> {
    const method = `${context.getClass().name}.${context.getHandler().name}`;
    const webhook = webhookOf(context.getHandler());
    if (context.getType() !== "http" || webhook === undefined) {
      throw misused(`${method} is not reached by HTTP, which webhooks come by.`);
    }
    const http = context.switchToHttp();
    const request = http.getRequest<PlatformRequest>();
    const res = nodeResponse(http.getResponse<PlatformResponse>());
    const receiver = this.#receivers.of(webhook, method);
    const receipt = await receiver.receiveFrom(sourceOfRequest(request));
    if (receipt.status !== "accepted") throw new WebhookAnswer(receipt.response);
    const { event, claim } = receipt;
    if (res.headersSent) {
      // Something else has answered while the body came: the method must not run for a sender who was told otherwise.
      await claim.release();
      throw new WebhookAnswer({ status: res.statusCode, headers: {}, body: "" });
    }
    request.webhook = event;
    request.webhookClaim = claim;
    request.body = event.body;
    accepted.set(request, { receiver, claim, held: holdResponse(res, claim) });
    return true;
  }
}

Injectable()(WebhookGuard);
Inject(WebhookReceivers)(WebhookGuard, undefined, 0);

function sourceOfRequest(request: PlatformRequest): DeliverySource {
  return sourceOf(nodeRequest(request), {
    // From a proxy where the application trusts it, on either platform.
    scheme: request.protocol,
    authority: request.host,
    target: request.originalUrl,
    remoteAddress: request.ip,
    parsed: request,
    stream: unreadPayload(request),
    advice: ADVICE,
    via: "nest",
  });
}
