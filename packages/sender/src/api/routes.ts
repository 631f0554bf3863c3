import type { Attempt } from "../attempt.ts";
import type { Delivery } from "../delivery.ts";
import type { Publisher } from "../publisher.ts";
import { shown, type Subscription } from "../subscription.ts";
import type { SubscriptionInput } from "../subscription-input.ts";
import { json, notAllowed, notFound } from "./answers.ts";
import {
  activeOf,
  invalid,
  limitOf,
  outcomeOf,
  readInput,
  redeliveryOf,
  testEventOf,
  textOf,
} from "./input.ts";

/** Whose subscriptions a caller sees; undefined: everybody's. */
export interface Caller {
  readonly owner: string | undefined;
}

/** Finds the route of a request. */
interface Target {
  /** The parts of the path below the API's own. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly caller: Caller;
}

type Route = (request: Request, target: Target) => Promise<Response>;

/** Makes the API's routes: `/`, `/unmatched`, `/:id` and `/:id/:action`. */
export function subscriptionRoutes(publisher: Publisher, base: string): Route {
  const { subscriptions } = publisher;
  const collection = collectionRoute(publisher, base);

  /** Finds what the caller may see. */
  async function find(id: string, { owner }: Caller): Promise<Subscription | undefined> {
    const found = await subscriptions.get(id);
    return owner === undefined || found?.owner === owner ? found : undefined;
  }

  return async (request, target) => {
    const { path, query, caller } = target;
    const [id, action, ...more] = path;
    if (id === undefined) return collection(request, target);
    if (id === "unmatched" && action === undefined && caller.owner === undefined) {
      if (request.method !== "GET") return notAllowed("GET");
      return json({ items: await subscriptions.unmatched({ limit: limitOf(query) }) });
    }
    const found = await find(id, caller);
    if (found === undefined || more.length > 0) return notFound();
    return action === undefined
      ? one(publisher, request, found, caller)
      : act(publisher, request, found, action, query);
  };
}

function collectionRoute(publisher: Publisher, base: string): Route {
  return async (request, { query, caller }) => {
    if (request.method === "POST") {
      const input = owned(await readInput(request), caller);
      const { subscription, secret } = await publisher.subscribe(input as SubscriptionInput);
      return json(
        { ...subscription, ...(secret !== undefined && { secret }) },
        { status: 201, headers: { location: `${base}/${subscription.id}` } },
      );
    }
    if (request.method !== "GET") return notAllowed("GET, POST");
    const limit = limitOf(query);
    const found = await publisher.subscriptions.list({
      active: activeOf(query),
      provider: textOf(query, "provider"),
      eventType: textOf(query, "eventType"),
      url: textOf(query, "url"),
      owner: caller.owner ?? textOf(query, "owner"),
      after: textOf(query, "cursor"),
      // One more shows whether there is a next page.
      limit: limit + 1,
    });
    const items = found.slice(0, limit).map(shown);
    const last = items.at(-1);
    return json({ items, ...(found.length > limit && last && { cursor: last.id }) });
  };
}

/** The input with the caller as its owner. */
function owned(input: unknown, { owner }: Caller): unknown {
  if (owner === undefined || typeof input !== "object" || input === null) return input;
  if ("owner" in input && input.owner !== owner) {
    throw invalid("owner", "It must be you, or be left out.");
  }
  return { ...input, owner };
}

async function one(
  publisher: Publisher,
  request: Request,
  found: Subscription,
  caller: Caller,
): Promise<Response> {
  switch (request.method) {
    case "GET":
      return json(shown(found));
    case "PATCH": {
      const change = owned(await readInput(request), caller) as object;
      const changed = await publisher.update(found.id, change);
      return changed === undefined ? notFound() : json(changed);
    }
    case "DELETE":
      return (await publisher.subscriptions.delete(found.id))
        ? new Response(null, { status: 204 })
        : notFound();
    default:
      return notAllowed("GET, PATCH, DELETE");
  }
}

async function act(
  publisher: Publisher,
  request: Request,
  { id }: Subscription,
  action: string,
  query: URLSearchParams,
): Promise<Response> {
  if (!["deliveries", "enable", "test", "redeliver"].includes(action)) return notFound();
  if (action === "deliveries") {
    if (request.method !== "GET") return notAllowed("GET");
    const wanted = { limit: limitOf(query), outcome: outcomeOf(query) };
    const items = await publisher.subscriptions.deliveries(id, wanted);
    return json({ items: items.map(shownDelivery) });
  }
  if (request.method !== "POST") return notAllowed("POST");
  if (action === "enable") {
    const enabled = await publisher.enable(id);
    return enabled === undefined ? notFound() : json(enabled);
  }
  if (action === "redeliver") {
    const which = redeliveryOf(await readInput(request));
    const queued = await publisher.redeliver(id, which);
    return queued === 0 && "eventId" in which ? notFound() : json({ queued }, { status: 202 });
  }
  const attempt = await publisher.sendTest(id, testEventOf(await readInput(request, {})));
  return attempt === undefined ? notFound() : json(shownAttempt(attempt));
}

/** An attempt as a subscriber may see it: what a name resolves to inside the sender's network is not for them. */
function shownAttempt(attempt: Attempt): Attempt {
  if (attempt.error !== "blocked") return attempt;
  return { ...attempt, detail: "The address of this URL is not a public one." };
}

function shownDelivery(delivery: Delivery): Delivery {
  return { ...delivery, attempts: delivery.attempts.map(shownAttempt) };
}
