import { isResponse } from "@countersign/core/adapter";
import type { Attempt } from "./attempt.ts";
import { configError } from "./config-error.ts";
import type { Publisher } from "./publisher.ts";
import type { Delivery } from "./subscription-store.ts";
import { shown } from "./subscription.ts";
import { InvalidSubscription, type InputIssue, isText } from "./subscription-input.ts";

/** What `authorize` says: yes, no, or what to answer. */
type Authorization = boolean | Response;

/** Options of {@link subscriptionsApi}. */
export interface SubscriptionsApiOptions {
  readonly publisher: Publisher;
  /**
   * Says who may manage subscriptions: everybody's, since it knows no owners. `true` is yes, `false` is 401, and a `Response` is
   * the answer (a redirect, a 403). Anything else is an error.
   */
  readonly authorize: (request: Request) => Authorization | Promise<Authorization>;
  /** Where it is mounted. Default `/subscriptions`. */
  readonly basePath?: string | undefined;
}

const MAX_INPUT_BYTES = 64 * 1024;
const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;

/**
 * Subscriptions over HTTP, as a Fetch handler to mount anywhere. Below `basePath`:
 *
 * | | |
 * |---|---|
 * | `POST /` | subscribes: 201 with the subscription, and with `secret` where it was generated |
 * | `GET /?active=&provider=&eventType=&limit=&cursor=` | `{ items, cursor? }` |
 * | `GET /:id`, `PATCH /:id`, `DELETE /:id` | |
 * | `POST /:id/enable` | enables it again |
 * | `POST /:id/test` | sends a test event `{ type?, body? }` and answers with the attempt |
 * | `GET /:id/deliveries?limit=` | recent deliveries with their attempts |
 *
 * Secrets are never in an answer but the first. Errors are `application/problem+json`, with `issues` by field.
 *
 * @throws `config_invalid` where the publisher is missing, or `authorize` is not a function
 * @returns a function from `Request` to `Response`; it answers 404 to what is not below `basePath`
 * @example
 * ```ts
 * const api = subscriptionsApi({ publisher, authorize: (request) => request.headers.get("authorization") === `Bearer ${token}` });
 * Bun.serve({ fetch: api });
 * ```
 */
export function subscriptionsApi(
  options: SubscriptionsApiOptions,
): (request: Request) => Promise<Response> {
  const {
    publisher,
    authorize,
    basePath = "/subscriptions",
  } = options ?? ({} as SubscriptionsApiOptions);
  if (typeof publisher?.subscribe !== "function") {
    throw configError("subscriptionsApi: publisher is missing. Pass createPublisher().");
  }
  if (typeof authorize !== "function") {
    throw configError(
      "subscriptionsApi: authorize is not a function. Without one anybody could read and change every subscription; it gets the request and says whether it may.",
    );
  }
  const { subscriptions } = publisher;
  const base = basePath.replace(/\/+$/, "");

  async function collection(request: Request, url: URL): Promise<Response> {
    if (request.method === "GET") return list(url.searchParams);
    if (request.method !== "POST") return notAllowed("GET, POST");
    const created = await publisher.subscribe((await readInput(request)) as { url: string });
    const { subscription, secret } = created;
    return json(
      { ...subscription, ...(secret !== undefined && { secret }) },
      { status: 201, headers: { location: `${base}/${subscription.id}` } },
    );
  }

  async function list(query: URLSearchParams): Promise<Response> {
    const active = query.get("active");
    if (active !== null && active !== "true" && active !== "false") {
      throw invalid("active", "It must be true or false.");
    }
    for (const name of ["provider", "eventType", "cursor"]) {
      const value = query.get(name);
      if (value !== null && value !== "" && !isText(value)) {
        throw invalid(
          name,
          "It must be text of up to 256 characters, none of them a control character.",
        );
      }
    }
    const limit = limitOf(query);
    const found = await subscriptions.list({
      active: active === null ? undefined : active === "true",
      provider: query.get("provider") ?? undefined,
      eventType: query.get("eventType") ?? undefined,
      after: query.get("cursor") ?? undefined,
      // One more shows whether there is a next page.
      limit: limit + 1,
    });
    const items = found.slice(0, limit).map(shown);
    const last = items.at(-1);
    return json({ items, ...(found.length > limit && last && { cursor: last.id }) });
  }

  async function one(request: Request, id: string): Promise<Response> {
    switch (request.method) {
      case "GET": {
        const found = await subscriptions.get(id);
        return found === undefined ? notFound() : json(shown(found));
      }
      case "PATCH": {
        const changed = await publisher.update(id, (await readInput(request)) as object);
        return changed === undefined ? notFound() : json(changed);
      }
      case "DELETE":
        return (await subscriptions.delete(id)) ? new Response(null, { status: 204 }) : notFound();
      default:
        return notAllowed("GET, PATCH, DELETE");
    }
  }

  async function action(request: Request, url: URL, id: string, name: string): Promise<Response> {
    if (name === "deliveries") {
      if (request.method !== "GET") return notAllowed("GET");
      if ((await subscriptions.get(id)) === undefined) return notFound();
      const items = await subscriptions.deliveries(id, { limit: limitOf(url.searchParams) });
      return json({ items: items.map(shownDelivery) });
    }
    if (name !== "enable" && name !== "test") return notFound();
    if (request.method !== "POST") return notAllowed("POST");
    if (name === "enable") {
      const enabled = await publisher.enable(id);
      return enabled === undefined ? notFound() : json(enabled);
    }
    const attempt = await publisher.sendTest(id, testEvent(await readInput(request, {})));
    return attempt === undefined ? notFound() : json(shownAttempt(attempt));
  }

  return async (request) => {
    const url = new URL(request.url);
    const { pathname } = url;
    if (pathname !== base && !pathname.startsWith(`${base}/`)) return notFound();
    const refusal = refusalBy(await authorize(request));
    if (refusal !== undefined) return refusal;
    const [id, name, ...more] = pathname.slice(base.length).split("/").filter(Boolean);
    try {
      if (id === undefined) return await collection(request, url);
      if (name === undefined) return await one(request, id);
      return more.length > 0 ? notFound() : await action(request, url, id, name);
    } catch (error) {
      if (!(error instanceof InvalidSubscription)) throw error;
      return problem(400, "invalid", "Some fields are invalid.", error.issues);
    }
  };
}

/** Returns what to answer those who may not; undefined for those who may. */
function refusalBy(authorized: unknown): Response | undefined {
  if (authorized === true) return undefined;
  if (authorized === false) return problem(401, "unauthorized", "You are not authorized.");
  if (isResponse(authorized)) return authorized;
  // An object or text would count as yes by its truth alone: { ok: false } as well as "false".
  throw configError(
    `subscriptionsApi: authorize returned ${authorized === null ? "null" : `a value of the type ${typeof authorized}`}. Return true, false, or a Response to answer with.`,
  );
}

/** An attempt as a subscriber may see it: what a name resolves to inside the sender's network is not for them. */
function shownAttempt(attempt: Attempt): Attempt {
  if (attempt.error !== "blocked") return attempt;
  return { ...attempt, detail: "The address of this URL is not a public one." };
}

function shownDelivery(delivery: Delivery): Delivery {
  return { ...delivery, attempts: delivery.attempts.map(shownAttempt) };
}

/** The JSON in a body; `empty` stands for no body. */
async function readInput(request: Request, empty?: unknown): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += (piece as Uint8Array).length;
    if (length > MAX_INPUT_BYTES) {
      throw invalid("", `The body is longer than ${MAX_INPUT_BYTES} bytes.`);
    }
    pieces.push(piece);
  }
  if (length === 0 && empty !== undefined) return empty;
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8")) as unknown;
  } catch {
    throw invalid("", "The body is not JSON.");
  }
}

function testEvent(input: unknown): { type?: string; body?: object } {
  const { type, body } = (input ?? {}) as { type?: unknown; body?: unknown };
  if (type !== undefined && !isText(type)) {
    throw invalid(
      "type",
      "It must be text of 1 to 256 characters, none of them a control character.",
    );
  }
  if (body !== undefined && (typeof body !== "object" || body === null)) {
    throw invalid("body", "It must be an object.");
  }
  return { ...(type !== undefined && { type }), ...(body !== undefined && { body }) };
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get("limit") ?? DEFAULT_PAGE);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw invalid("limit", `It must be a whole number from 1 to ${MAX_PAGE}.`);
  }
  return limit;
}

function invalid(field: string, message: string): InvalidSubscription {
  return new InvalidSubscription([{ field, message }]);
}

function json(body: object, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), {
    ...init,
    headers: { "content-type": "application/json", ...(init.headers as Record<string, string>) },
  });
}

function problem(
  status: number,
  code: string,
  title: string,
  issues?: readonly InputIssue[],
): Response {
  return json(
    { title, status, code, ...(issues && { issues }) },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}

function notFound(): Response {
  return problem(404, "not_found", "There is nothing here.");
}

function notAllowed(allow: string): Response {
  const answer = problem(405, "method_not_allowed", `Only ${allow} is possible here.`);
  answer.headers.set("allow", allow);
  return answer;
}
