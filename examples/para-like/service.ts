import { para } from "@countersign/core/providers/para";
import {
  createPublisher,
  createSender,
  InvalidSubscription,
  memoryQueue,
  memorySubscriptions,
  type Publisher,
  type Queue,
  type RetryPolicy,
  retryPolicies,
  type Sender,
  type SubscriptionStore,
} from "@countersign/sender";
import { withParaFilters } from "./filters.ts";
import { objectStore, status } from "./objects.ts";
import {
  inputOf,
  type Item,
  MAX_COPIES,
  type Trigger,
  type Webhook,
  webhookOf,
} from "./webhook.ts";

/** Options of {@link paraLike}. */
export interface ParaLikeOptions {
  /** The app that everything belongs to. Default `myapp`. */
  readonly appid?: string;
  /** The app's own secret, for which a webhook can say `{{secretKey}}`. Default: a random one. */
  readonly secretKey?: string;
  /** Default Para's: one attempt; ten failures within ten minutes disable a webhook. */
  readonly retry?: RetryPolicy;
  readonly subscriptions?: SubscriptionStore;
  readonly queue?: Queue;
  readonly allowPrivateAddresses?: boolean;
}

/** An object store that tells others what is done to it, as Para does. */
export interface ParaLike {
  readonly publisher: Publisher;
  /**
   * `/v1/webhooks` and `/v1/webhooks/:id` manage webhooks, and a `triggeredEvent` posted there is an event of the application's own;
   * `/v1/:type` and `/v1/:type/:id` create, read, update and delete objects; `/v1/_batch` does so with several at once.
   */
  readonly handle: (request: Request) => Promise<Response>;
  close(): Promise<void>;
}

/** Makes the store. Start its publisher to have webhooks delivered. */
export function paraLike({
  appid = "myapp",
  secretKey = crypto.randomUUID(),
  retry = retryPolicies.para,
  subscriptions = memorySubscriptions(),
  queue = memoryQueue(),
  allowPrivateAddresses = false,
}: ParaLikeOptions = {}): ParaLike {
  const sender = createSender({
    retry,
    allowPrivateAddresses,
    timeoutMs: 10_000,
    // Spelt as Para spells it.
    userAgent: "Para Webhook Dispacher 1.54.7",
  });
  const publisher = createPublisher({
    sender,
    subscriptions: withParaFilters(subscriptions),
    queue,
    providers: [para],
    headers: ({ type }) => ({ "X-Para-Event": type }),
  });

  /** Whoever subscribed gets the items in one delivery. */
  async function tell(event: string, items: readonly Item[]): Promise<object> {
    const timestamp = Date.now();
    const body = { appid, event, timestamp, items };
    await publisher.publish({ type: event, timestamp, body });
    return body;
  }

  const underWay = new Set<Promise<unknown>>();
  const webhooks = webhookRoutes(publisher, secretKey, async (trigger) => {
    const { triggeredEvent = "", customPayload = [] } = trigger;
    const body = await tell(triggeredEvent, [customPayload].flat());
    const sending = sendDirectly(sender, trigger, body);
    underWay.add(sending);
    void sending.finally(() => underWay.delete(sending));
  });
  const objects = objectStore(async (event, items) => void (await tell(event, items)));

  return {
    publisher,
    async handle(request) {
      const [version, type, id] = new URL(request.url).pathname.slice(1).split("/");
      if (version !== "v1" || type === undefined) return status(404);
      try {
        if (type === "webhooks") return await webhooks(request, id);
        return await objects(request, type, id);
      } catch (error) {
        // What was sent is no JSON, or no webhook.
        if (!(error instanceof SyntaxError || error instanceof InvalidSubscription)) throw error;
        return status(400, error.message);
      }
    },
    async close() {
      await publisher.stop();
      await Promise.all(underWay);
      await sender.close();
    },
  };
}

/** A trigger that names an address and a secret is sent there as well, without a webhook. */
async function sendDirectly(
  sender: Sender,
  { targetUrl, secret, triggeredEvent, urlEncoded, repeatedDeliveryAttempts = 1 }: Trigger,
  body: object,
): Promise<void> {
  if (targetUrl === undefined || !secret || triggeredEvent === undefined) return;
  const copies = Math.min(Math.max(Math.abs(repeatedDeliveryAttempts), 1), MAX_COPIES);
  const request = {
    url: targetUrl,
    provider: para,
    secret,
    body,
    type: triggeredEvent,
    form: urlEncoded ?? false,
    headers: { "X-Para-Event": triggeredEvent },
  };
  await Promise.all(Array.from({ length: copies }, () => sender.attempt(request)));
}

function webhookRoutes(
  publisher: Publisher,
  secretKey: string,
  trigger: (given: Trigger) => Promise<void>,
): (request: Request, id: string | undefined) => Promise<Response> {
  const { subscriptions } = publisher;

  async function create(request: Request): Promise<Response> {
    const given = (await request.json()) as Trigger;
    const { triggeredEvent, customPayload } = given;
    if (triggeredEvent !== undefined) {
      if (customPayload === undefined) return status(400, "customPayload is missing.");
      await trigger(given);
      const name = "This webhook object is not persisted and should be discarded.";
      return Response.json({ id: `triggered:${triggeredEvent}`, name }, { status: 201 });
    }
    // Para makes every webhook active that wants something.
    const input = inputOf({ ...given, active: true }, secretKey);
    const { subscription, secret } = await publisher.subscribe(input);
    const shown = { ...webhookOf(subscription), ...(secret !== undefined && { secret }) };
    return Response.json(shown, { status: 201 });
  }

  async function list(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams;
    const limit = Math.min(Number(query.get("limit") ?? 30) || 30, 100);
    const found = await subscriptions.list({ limit, after: query.get("lastKey") ?? undefined });
    return Response.json({
      items: found.map(webhookOf),
      totalHits: found.length,
      lastKey: found.at(-1)?.id,
    });
  }

  return async (request, id) => {
    if (id === undefined) {
      if (request.method === "POST") return create(request);
      return request.method === "GET" ? list(request) : status(405);
    }
    const found = await subscriptions.get(id);
    if (found === undefined) return status(404);
    switch (request.method) {
      case "GET":
        return Response.json(webhookOf(found));
      case "PUT":
      case "PATCH": {
        const given = (await request.json()) as Webhook;
        // PUT replaces, PATCH changes; enabling it again clears its failures.
        const webhook = request.method === "PUT" ? given : { ...webhookOf(found), ...given };
        const changed = await publisher.update(id, inputOf(webhook, secretKey));
        return Response.json(changed && webhookOf(changed));
      }
      case "DELETE":
        await subscriptions.delete(id);
        return new Response(null, { status: 200 });
      default:
        return status(405);
    }
  };
}
