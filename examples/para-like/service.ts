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
  type ShownSubscription,
  type SubscriptionInput,
  type SubscriptionStore,
} from "@countersign/sender";

/** The six events of the store itself; applications add events of their own. */
const EVENTS = ["create", "update", "delete", "createAll", "updateAll", "deleteAll"] as const;
type StoreEvent = (typeof EVENTS)[number];

/** What an event is about. */
interface Item {
  readonly type?: string;
  readonly [field: string]: unknown;
}

/** An object in the store. */
interface StoredObject extends Item {
  readonly id: string;
  readonly type: string;
}

/** Options of {@link paraLike}. */
export interface ParaLikeOptions {
  /** The app that everything belongs to. Default `myapp`. */
  readonly appid?: string;
  /** Default Para's: several tries; ten failures in a row disable a webhook. */
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
   * `/v1/:type` and `/v1/:type/:id` create, update and delete objects; `/v1/_batch` does so with several at once.
   */
  readonly handle: (request: Request) => Promise<Response>;
  close(): Promise<void>;
}

/** Makes the store. Start its publisher to have webhooks delivered. */
export function paraLike({
  appid = "myapp",
  retry = retryPolicies.para,
  subscriptions = memorySubscriptions(),
  queue = memoryQueue(),
  allowPrivateAddresses = false,
}: ParaLikeOptions = {}): ParaLike {
  const sender = createSender({ retry, allowPrivateAddresses });
  const publisher = createPublisher({
    sender,
    subscriptions,
    queue,
    providers: [para],
    headers: ({ type }) => ({ "X-Para-Event": type }),
  });
  const objects = new Map<string, StoredObject>();

  /** A webhook's filter goes by the objects' type: those of one type are told of together. */
  async function tell(event: string, items: readonly Item[]): Promise<void> {
    const timestamp = Date.now();
    for (const [subject, ofType] of groupedByType(items)) {
      const body = { appid, event, timestamp, items: ofType };
      // oxlint-disable-next-line no-await-in-loop -- in order
      await publisher.publish({ type: event, subject, timestamp, body });
    }
  }

  async function webhooks(request: Request, id: string | undefined): Promise<Response> {
    if (id === undefined) {
      if (request.method !== "POST") return Response.json({ code: 405 }, { status: 405 });
      const webhook = (await request.json()) as Webhook & Trigger;
      if (webhook.triggeredEvent !== undefined) {
        await tell(webhook.triggeredEvent, [webhook.customPayload ?? {}]);
        return new Response(null, { status: 202 });
      }
      const { subscription, secret } = await publisher.subscribe(inputOf(webhook));
      return Response.json(
        { ...webhookOf(subscription), ...(secret !== undefined && { secret }) },
        { status: 201 },
      );
    }
    const found = await subscriptions.get(id);
    if (found === undefined) return Response.json({ code: 404 }, { status: 404 });
    switch (request.method) {
      case "GET":
        return Response.json(webhookOf(found));
      case "PATCH": {
        const change = (await request.json()) as Partial<Webhook>;
        // Enabling it again clears its failures.
        if (change.active === true && !found.active) await publisher.enable(id);
        const changed = await publisher.update(id, inputOf({ ...webhookOf(found), ...change }));
        return Response.json(changed && webhookOf(changed));
      }
      case "DELETE":
        await subscriptions.delete(id);
        return new Response(null, { status: 200 });
      default:
        return Response.json({ code: 405 }, { status: 405 });
    }
  }

  async function store(request: Request, type: string, id?: string): Promise<Response> {
    const all = type === "_batch";
    const name = ({ POST: "create", PATCH: "update", DELETE: "delete" } as const)[request.method];
    if (name === undefined) return Response.json({ code: 405 }, { status: 405 });
    const given =
      name === "delete"
        ? idsOf(request, id).flatMap((wanted) => objects.get(wanted) ?? [])
        : [await request.json()].flat();
    if (name === "delete" && given.length === 0)
      return Response.json({ code: 404 }, { status: 404 });
    const items: StoredObject[] = [];
    for (const object of given as Partial<StoredObject>[]) {
      const known = objects.get(object.id ?? id ?? "");
      items.push({
        ...known,
        ...object,
        id: object.id ?? id ?? crypto.randomUUID(),
        type: object.type ?? known?.type ?? type,
      });
    }
    for (const object of items) {
      if (name === "delete") objects.delete(object.id);
      else objects.set(object.id, object);
    }
    const event: StoreEvent = all ? `${name}All` : name;
    await tell(event, items);
    return Response.json(all ? items : items[0], { status: name === "create" ? 201 : 200 });
  }

  return {
    publisher,
    async handle(request) {
      const [version, type, id] = new URL(request.url).pathname.slice(1).split("/");
      if (version !== "v1" || type === undefined)
        return Response.json({ code: 404 }, { status: 404 });
      try {
        if (type === "webhooks") return await webhooks(request, id);
        return await store(request, type, id);
      } catch (error) {
        // What was sent is no JSON, or no webhook.
        if (!(error instanceof SyntaxError || error instanceof InvalidSubscription)) throw error;
        return Response.json({ code: 400, message: error.message }, { status: 400 });
      }
    },
    async close() {
      await publisher.stop();
      await sender.close();
    },
  };
}

/** A webhook as Para shows it; `customEvents` are the application's own. */
type Webhook = Partial<Record<StoreEvent, boolean>> & {
  readonly targetUrl: string;
  readonly secret?: string;
  readonly typeFilter?: string;
  /** Whether deliveries are forms. Default true. */
  readonly urlEncoded?: boolean;
  readonly active?: boolean;
  readonly tooManyFailures?: boolean;
  readonly customEvents?: readonly string[];
};

/** An event of the application's own. */
interface Trigger {
  readonly triggeredEvent?: string;
  readonly customPayload?: Item;
}

function inputOf(webhook: Webhook): SubscriptionInput {
  const chosen = [...EVENTS.filter((event) => webhook[event]), ...(webhook.customEvents ?? [])];
  return {
    url: webhook.targetUrl,
    eventTypes: chosen,
    filter: webhook.typeFilter ?? "",
    form: webhook.urlEncoded ?? true,
    ...(webhook.active !== undefined && { active: webhook.active }),
    ...(webhook.secret !== undefined && { secret: webhook.secret }),
  };
}

function webhookOf(subscription: ShownSubscription): Webhook & { readonly id: string } {
  const { id, url, eventTypes, filter, form, active, disabledBecause } = subscription;
  const chosen: readonly string[] = eventTypes;
  return {
    id,
    targetUrl: url,
    typeFilter: filter,
    urlEncoded: form,
    active,
    tooManyFailures: disabledBecause === "failures",
    ...Object.fromEntries(EVENTS.map((event) => [event, chosen.includes(event)])),
    customEvents: chosen.filter((event) => !EVENTS.includes(event as StoreEvent)),
  };
}

function groupedByType(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const { type = "" } = item;
    groups.set(type, [...(groups.get(type) ?? []), item]);
  }
  return groups;
}

function idsOf(request: Request, id: string | undefined): string[] {
  return id === undefined ? new URL(request.url).searchParams.getAll("ids") : [id];
}
