import {
  type Claim,
  createReceiver,
  type ReceivedEvent,
  type Receiver,
  type ReceiverOptions,
  type Secrets,
  type TenantSecrets,
  WebhookError,
} from "@countersign/core";
import {
  answerTo,
  type BodyLimits,
  checkHandler,
  handlerReturned,
  isResponse,
  readBody,
  responseOf,
  secondMiddleware,
  tooLarge,
} from "@countersign/core/adapter";
import type { Context, HonoRequest, MiddlewareHandler, Next } from "hono";
import { keptReceivers } from "./receivers.ts";

/** What the middleware adds to `c.var`. */
export interface WebhookVariables<Event> {
  /** The verified event. */
  webhook: Event;
  /** Its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself. */
  webhookClaim: Claim;
}

/** What a handler gets beside the event. */
export interface HonoContext {
  readonly claim: Claim;
  readonly c: Context;
}

/** Processes one event. Returns a `Response`, or nothing for 200; anything else counts as nothing, and is warned of once. */
export type HonoHandler<Event> = (
  event: Event,
  context: HonoContext,
) => Promise<Response | void> | Response | void;

/** A receiver's options, with a secret that may come from the request's context. */
export interface HonoOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> extends Omit<ReceiverOptions<Events, Output>, "secret"> {
  /**
   * The secret or secrets, or a function of the context: `(c) => c.env.SECRET`. To have the bindings typed, write
   * `(c: Context<{ Bindings: Bindings }>) => …`. Undefined from there is a mistake, answered with 503.
   */
  readonly secret:
    | Secrets
    | ((c: Context) => Promise<Secrets | TenantSecrets> | Secrets | TenantSecrets);
}

/**
 * Lets genuine deliveries through, each event once, and answers all others.
 *
 * The event is at `c.var.webhook`; `c.req.json()`, `.text()` and `.arrayBuffer()` still give the body. The response is held until the
 * claim is settled: a 2xx completes it, anything else, and whatever the rest of the chain throws, gives it back for the provider's retry.
 *
 * @param options see `ReceiverOptions`; or a function of the context that returns them, where more than the secret comes from `c.env`. What
 *   is made once (memory store, keys) is kept between requests
 * @param handler processes the event in place of further middleware
 * @throws `config_invalid` where an option can't work, or the handler is not a function
 * @example
 * ```ts
 * app.post("/paradym", webhook({ provider: paradym, secret: (c) => c.env.PARADYM_SECRET }), (c) => {
 *   const event = c.var.webhook;
 *   if (event.type === "workflowExecution.failed") c.executionCtx.waitUntil(notify(event.body.payload.error.message));
 *   return c.body(null, 200);
 * });
 * ```
 */
export function webhook<Events extends object, Output = never>(
  options: HonoOptions<Events, Output> | ((c: Context) => ReceiverOptions<Events, Output>),
  handler?: HonoHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): MiddlewareHandler<{ Variables: WebhookVariables<ReceivedEvent<Events, Output>> }> {
  type WebhookContext = Context<{ Variables: WebhookVariables<ReceivedEvent<Events, Output>> }>;
  const receiverFor = receiversOf(options);
  checkHandler(handler);
  return (c, next) => {
    const work = receive(c, next);
    keepAlive(c, work);
    return work;
  };

  async function receive(c: WebhookContext, next: Next): Promise<Response | undefined> {
    const receiver = receiverFor(c);
    const receipt = await receiver.receiveFrom({
      headers: c.req.raw.headers,
      method: c.req.method,
      url: c.req.url,
      async readBody() {
        if (c.get("webhookClaim") !== undefined) throw secondMiddleware();
        return bodyOf(c.req, receiver.limits);
      },
    });
    if (receipt.status !== "accepted") return responseOf(answerTo(receipt, receiver));
    const { event, claim } = receipt;
    c.set("webhook", event);
    c.set("webhookClaim", claim);
    try {
      if (handler === undefined) await next();
      else {
        const returned: unknown = await handler(event, { claim, c });
        const isAnswer = isResponse(returned);
        if (!isAnswer && returned != null) receiver.warnOnce(handlerReturned(returned));
        c.res = isAnswer ? returned : c.body(null);
      }
    } catch (cause) {
      await claim.release(cause);
      throw cause;
    }
    if (!c.finalized) c.res = c.body(null);
    // What was thrown behind us Hono has made a response of.
    if (c.error !== undefined) await claim.release(c.error);
    else await (c.res.ok ? claim.complete() : claim.release());
    return undefined;
  }
}

/** A Worker whose sender leaves is stopped otherwise, between the handler and the claim. */
function keepAlive(c: Context, work: Promise<unknown>): void {
  let executionCtx: Context["executionCtx"];
  try {
    ({ executionCtx } = c);
  } catch {
    // Only Workers and their like have one; Hono throws elsewhere.
    return;
  }
  executionCtx.waitUntil(work.catch(() => {}));
}

function receiversOf<Events extends object, Output>(
  options: HonoOptions<Events, Output> | ((c: Context) => ReceiverOptions<Events, Output>),
): (c: Context) => Receiver<ReceivedEvent<Events, Output>> {
  if (typeof options === "function") {
    const receiverFor = keptReceivers<Events, Output>();
    return (c) => receiverFor(options(c));
  }
  const { secret } = options;
  if (typeof secret !== "function") {
    const receiver = createReceiver<Events, Output>({ ...options, secret });
    return () => receiver;
  }
  // One receiver for all requests; a delivery is led back to its context by its headers.
  const contexts = new WeakMap<object, Context>();
  const receiver = createReceiver<Events, Output>({
    ...options,
    secret: async ({ headers }) => {
      const c = contexts.get(headers);
      const found = c && (await secret(c));
      if (found !== undefined && found !== null) return found;
      throw new TypeError("secret: (c) => … returned nothing. Is the binding set?");
    },
  });
  return (c) => {
    contexts.set(c.req.raw.headers, c);
    return receiver;
  };
}

/** The body, from the stream or from where something in front has had Hono keep it; `c.req` can give it again afterwards. */
async function bodyOf(request: HonoRequest, limits: BodyLimits): Promise<Uint8Array> {
  const { raw } = request;
  // Hono's own type leaves the promises out.
  const bodyCache = request.bodyCache as unknown as {
    arrayBuffer?: Promise<ArrayBuffer>;
    blob?: Promise<Blob>;
  };
  const kept = bodyCache.arrayBuffer ?? bodyCache.blob?.then((blob) => blob.arrayBuffer());
  if (kept !== undefined) {
    const bytes = new Uint8Array(await kept);
    if (bytes.length > limits.maxBodyBytes) throw tooLarge(limits);
    return bytes;
  }
  // Text is not taken for the bytes: decoding has dropped a byte order mark, and replaced what was not UTF-8.
  if (raw.bodyUsed || Object.keys(bodyCache).length > 0) {
    throw new WebhookError(
      "body_already_read",
      "Something in front has read the body as text or JSON, and a signature can't be checked on that. Put webhook() before it, or have it read c.req.arrayBuffer() first.",
    );
  }
  const bytes = await readBody(raw, limits);
  bodyCache.arrayBuffer = Promise.resolve(wholeBuffer(bytes));
  return bytes;
}

function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length
    ? buffer
    : bytes.slice().buffer;
}
