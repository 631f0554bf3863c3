import type { EventOf, WebhookEvent } from "./event.ts";

/** One function for each event type; `"*"` gets the rest, with a body of unknown shape. */
export type Routes<Events extends object, Context, Result> = {
  readonly [Type in keyof Events & string]?: (
    event: WebhookEvent<Type, Events[Type]>,
    context: Context,
  ) => Result | Promise<Result>;
} & {
  readonly "*"?: (event: WebhookEvent, context: Context) => Result | Promise<Result>;
};

/** A handler made by {@link handlers}; goes wherever a handler goes. */
export interface RoutedHandler<Events extends object, Context, Result> {
  (event: EventOf<Events>, context: Context): Promise<Result | undefined>;
  /** How many events came for which there is no function, by type. They are answered 200. */
  readonly unhandled: ReadonlyMap<string, number>;
}

/** A type in an unsigned header can be anything; counting must not fill the memory. */
const MAX_COUNTED_TYPES = 1000;

/**
 * Routes events by their type.
 *
 * @param routes functions by event type, typed by the provider's union; `"*"` for the rest. An event without a function is answered 200
 *   and counted in `unhandled`, never an error: a provider may add types at any time.
 * @returns a handler for `receiver.handle` and every middleware
 * @example
 * ```ts
 * app.post("/paradym", webhook({ provider: paradym, secret }, handlers({
 *   "workflowExecution.failed": (event) => alert(event.body.payload.error.message),
 *   "*": (event) => log(event.type),
 * })));
 * ```
 *
 * Away from where the provider is, name its events: `handlers<ParadymEvents>({ … })`.
 */
export function handlers<Events extends object, Context = unknown, Result = void>(
  routes: Routes<Events, Context, Result>,
): RoutedHandler<Events, Context, Result> {
  const unhandled = new Map<string, number>();
  const table = routes as Readonly<
    Record<string, ((event: unknown, context: Context) => Result | Promise<Result>) | undefined>
  >;
  const route = async (event: EventOf<Events>, context: Context): Promise<Result | undefined> => {
    const { type = "" } = event as WebhookEvent;
    const run =
      (Object.hasOwn(table, type) && type !== "*" ? table[type] : undefined) ?? table["*"];
    if (run !== undefined) return run(event, context);
    if (unhandled.has(type) || unhandled.size < MAX_COUNTED_TYPES) {
      unhandled.set(type, (unhandled.get(type) ?? 0) + 1);
    }
    return undefined;
  };
  return Object.assign(route, { unhandled });
}
