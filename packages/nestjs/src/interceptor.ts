import { runHandler, successStatus } from "@countersign/core/adapter";
import { thrownError } from "@countersign/node";
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from "@nestjs/common";
import { lastValueFrom, type Observable, of } from "rxjs";
import { accepted } from "./accepted.ts";
import { misused } from "./errors.ts";
import { nodeResponse, type PlatformRequest, type PlatformResponse } from "./platform.ts";

/** Runs the method as the handler of an accepted delivery: what it throws gives the event back, before an exception filter answers. */
export class WebhookInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const delivery = accepted.get(context.switchToHttp().getRequest<PlatformRequest>());
    if (delivery === undefined) {
      throw misused(
        `${context.getClass().name}.${context.getHandler().name} was reached without its guard.`,
      );
    }
    const { receiver, claim, held } = delivery;
    const res = nodeResponse(context.switchToHttp().getResponse<PlatformResponse>());
    // In place of 200, for a provider that counts only another status as success.
    if (res.statusCode === 200) res.statusCode = successStatus(receiver);
    try {
      // As a promise, so that the work goes on where the sender has left.
      const returned = await runHandler(claim, () =>
        lastValueFrom(next.handle(), { defaultValue: undefined }),
      );
      held.handled(returned instanceof StreamableFile ? returned.getStream() : returned);
      return of(returned);
    } catch (cause) {
      const error = thrownError(cause);
      // Before the response settles the claim, so that the receipt names the cause.
      await claim.release(error);
      throw error;
    }
  }
}

Injectable()(WebhookInterceptor);
