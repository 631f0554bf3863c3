import { isResponse } from "@countersign/core/adapter";
import { configError } from "../config-error.ts";
import type { Publisher } from "../publisher.ts";
import { InvalidSubscription } from "../subscription-input.ts";
import { isText } from "../text.ts";
import { notFound, problem } from "./answers.ts";
import { type Caller, subscriptionRoutes } from "./routes.ts";

/** The result of `authorize`: yes, no, yes for one owner's subscriptions, or the answer to send. */
type Authorization = boolean | { readonly owner: string } | Response;

/** Options of {@link subscriptionsApi}. */
export interface SubscriptionsApiOptions {
  readonly publisher: Publisher;
  /**
   * Says who may manage which subscriptions. `{ owner }` sees, changes and adds this owner's alone; `true` everybody's; `false` is 401, and a
   * `Response` is the answer (a redirect, a 403). Anything else is an error.
   */
  readonly authorize: (request: Request) => Authorization | Promise<Authorization>;
  /** The path under which it is mounted. Default `/subscriptions`. */
  readonly basePath?: string | undefined;
}

/**
 * Subscriptions over HTTP, as a Fetch handler to mount anywhere. Below `basePath`:
 *
 * | | |
 * |---|---|
 * | `POST /` | subscribes: 201 with the subscription, and with `secret` where it was generated |
 * | `GET /?active=&provider=&eventType=&url=&owner=&limit=&cursor=` | `{ items, cursor? }` |
 * | `GET /:id`, `PATCH /:id`, `DELETE /:id` | |
 * | `POST /:id/enable` | enables it again, and sends what was held for it |
 * | `POST /:id/test` | sends a test event `{ type?, body? }` and answers with the attempt |
 * | `GET /:id/deliveries?outcome=&limit=` | recent deliveries with their attempts |
 * | `POST /:id/redeliver` | sends again `{ eventId }`, or what came to nothing `{ since }`: 202 with `{ queued }` |
 * | `GET /unmatched?limit=` | counts of events that matched nothing, for those who see everybody's |
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
  const base = basePath.replace(/\/+$/, "");
  const routes = subscriptionRoutes(publisher, base);

  return async (request) => {
    const url = new URL(request.url);
    const { pathname } = url;
    if (pathname !== base && !pathname.startsWith(`${base}/`)) return notFound();
    const caller = callerBy(await authorize(request));
    if (isResponse(caller)) return caller;
    const path = pathname.slice(base.length).split("/").filter(Boolean);
    try {
      return await routes(request, { path, query: url.searchParams, caller });
    } catch (error) {
      if (!(error instanceof InvalidSubscription)) throw error;
      return problem(400, "invalid", "Some fields are invalid.", error.issues);
    }
  };
}

/** Says who calls, or what to answer to those who may not. */
function callerBy(authorized: unknown): Caller | Response {
  if (authorized === true) return { owner: undefined };
  if (authorized === false) return problem(401, "unauthorized", "You are not authorized.");
  if (isResponse(authorized)) return authorized;
  if (typeof authorized === "object" && authorized !== null && "owner" in authorized) {
    const { owner } = authorized;
    if (isText(owner)) return { owner };
  }
  // An object or text would count as yes by its truth alone: { ok: false } as well as "false".
  throw configError(
    `subscriptionsApi: authorize returned ${authorized === null ? "null" : `a value of the type ${typeof authorized}`}. Return true, false, { owner: "their id" }, or a Response to answer with.`,
  );
}
