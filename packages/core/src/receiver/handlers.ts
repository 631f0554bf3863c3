import { configError } from "../base/errors.ts";
import type { EventOf, WebhookEvent } from "../verify/event.ts";

/** A method, since its parameters may vary: where a provider's types are not known, `"a.b"` is as good as any text. */
type Route<Event, Context, Result> = {
  route(event: Event, context: Context): Result | Promise<Result>;
}["route"];

/** The event of that type in a union of events. */
type EventOfType<Event, Type extends string> =
  Event extends WebhookEvent<infer Types, infer Body>
    ? Type extends Types
      ? WebhookEvent<Type, Body>
      : never
    : never;

/** Every part of a type that ends before a dot: `a` and `a.b` of `a.b.c`. */
type PrefixOf<Type extends string> = Type extends `${infer First}.${infer Rest}`
  ? First | `${First}.${PrefixOf<Rest>}`
  : never;

/**
 * One function for each event type. `"message.*"` gets all types that begin with `message.`, and `"*"` gets the rest, with a body of
 * unknown shape.
 */
export type Routes<Event extends WebhookEvent, Context, Result> = {
  readonly [Type in NonNullable<Event["type"]>]?: Route<EventOfType<Event, Type>, Context, Result>;
} & {
  readonly [Prefix in PrefixOf<NonNullable<Event["type"]>> as `${Prefix}.*`]?: Route<
    EventOfType<Event, Extract<Event["type"], `${Prefix}.${string}`>>,
    Context,
    Result
  >;
} & {
  readonly "*"?: Route<WebhookEvent, Context, Result>;
};

/** A handler made by {@link handlers}; goes wherever a handler goes. */
export interface RoutedHandler<Event extends WebhookEvent, Context, Result> {
  (event: Event, context: Context): Promise<Result | undefined>;
  /** How many events came for which there is no function, by type. They are answered 200. */
  readonly unhandled: ReadonlyMap<string, number>;
}

/** A type in an unsigned header can be anything; counting must not fill the memory. */
const MAX_COUNTED_TYPES = 1000;

/** Prefixes are looked for in that many characters: a type made of nothing but dots must not take long. */
const MAX_TYPE_LENGTH = 256;

/**
 * Routes events by their type.
 *
 * @param routes functions by event type, typed by the provider's union. `"message.*"` gets all types that begin with `message.`; `"*"`
 *   gets the rest. An exact type wins over a prefix, and a longer prefix over a shorter one. An event without a function is answered
 *   200 and counted in `unhandled`, never an error: a provider may add types at any time.
 * @returns a handler for `receiver.handle` and every middleware
 * @throws `config_invalid` if the value of a key is not a function, or if a key can never match (`"message*"`, `"*.created"`)
 * @example
 * ```ts
 * app.post("/paradym", webhook({ provider: paradym, secret }, handlers({
 *   "workflowExecution.failed": (event) => notify(event.body.payload.error.message),
 *   "*": (event) => log(event.type),
 * })));
 * ```
 *
 * Away from where the provider is, name its events: `handlers<ParadymEvents>({ … })`.
 */
export function handlers<
  Event extends WebhookEvent = WebhookEvent,
  Context = unknown,
  Result = void,
>(
  // The events are the provider's: a function without parameters must not be taken for news about them.
  routes: NoInfer<Routes<Event, Context, Result>>,
): RoutedHandler<Event, Context, Result>;
/** Routes events by their type, away from where the provider is: the type parameter names its events, such as `ParadymEvents`. */
export function handlers<Events extends object, Context = unknown, Result = void>(
  routes: Routes<EventOf<NoInfer<Events>>, Context, Result>,
): RoutedHandler<EventOf<Events>, Context, Result>;
export function handlers<Context, Result>(
  routes: Routes<WebhookEvent, Context, Result>,
): RoutedHandler<WebhookEvent, Context, Result> {
  for (const [type, run] of Object.entries(routes ?? {}) as [string, unknown][]) {
    checkPattern(type);
    if (run !== undefined && typeof run !== "function") {
      throw configError(
        `handlers(): ${JSON.stringify(type)} is ${describe(run)}; it must be the function that processes such events.`,
      );
    }
  }
  const unhandled = new Map<string, number>();
  const table = (routes ?? {}) as Readonly<
    Record<string, ((event: unknown, context: Context) => Result | Promise<Result>) | undefined>
  >;
  const ownRoute = (key: string) => (Object.hasOwn(table, key) ? table[key] : undefined);
  const hasPrefixes = Object.keys(table).some((key) => key.endsWith(".*"));
  const routeOf = (type: string) => {
    // A type may come from an unsigned header: "*" in it is text like any other.
    const exact = type.includes("*") ? undefined : ownRoute(type);
    if (exact !== undefined) return exact;
    let end = hasPrefixes ? type.slice(0, MAX_TYPE_LENGTH).lastIndexOf(".") : -1;
    while (end >= 0) {
      const found = ownRoute(`${type.slice(0, end)}.*`);
      if (found !== undefined) return found;
      end = end === 0 ? -1 : type.lastIndexOf(".", end - 1);
    }
    return ownRoute("*");
  };
  const route = async (event: WebhookEvent, context: Context): Promise<Result | undefined> => {
    const { type = "" } = event;
    const run = routeOf(type);
    if (run !== undefined) return run(event, context);
    if (unhandled.has(type) || unhandled.size < MAX_COUNTED_TYPES) {
      unhandled.set(type, (unhandled.get(type) ?? 0) + 1);
    }
    return undefined;
  };
  return Object.assign(route, { unhandled });
}

/**
 * Checks a handler for an adapter. Fails at start if it isn't callable, or would never be called, rather than on every delivery.
 *
 * @param handler what was passed; undefined is taken for none
 * @param hasInbox whether the receiver has an inbox, to which the handler belongs then
 * @throws `config_invalid`
 */
export function checkHandler(handler: unknown, hasInbox = false): void {
  if (handler === undefined) return;
  if (hasInbox) {
    throw configError(
      "The handler would never run: with an inbox, its worker runs the handler. Pass it to createInbox({ handler }), and leave it out here.",
    );
  }
  if (typeof handler === "function") return;
  throw configError(
    `The handler is ${describe(handler)}; it must be a function of the event. Several go by type: handlers({ "invoice.paid": fn }).`,
  );
}

/** Rejects a key that looks like a pattern and can never match. */
function checkPattern(key: string): void {
  if (key === "*" || /^[^*]+\.\*$/.test(key) || (key !== "" && !key.includes("*"))) return;
  throw configError(
    `handlers(): the key ${JSON.stringify(key)} can never match. Write a whole event type ("message.created"), a prefix with a dot ("message.*"), or "*" for the rest.`,
  );
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `of the type ${typeof value}`;
}
