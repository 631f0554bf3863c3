import type { Provider } from "../scheme/provider.ts";
import type { Uncovered } from "../scheme/scheme.ts";

/**
 * A verified delivery.
 *
 * `Type` is the event's type as text, `Body` the shape of its parsed body.
 */
export interface WebhookEvent<Type extends string = string, Body = unknown> {
  /** The provider's name. */
  readonly provider: string;
  /** The provider's id of the event, as it writes it; several, where one delivery carries several, joined with a comma. */
  readonly id?: string | undefined;
  /** The provider's name for what happened. */
  readonly type?: Type | undefined;
  /** Of the attempt or of the event, as the provider has it. */
  readonly timestamp?: Date | undefined;
  /** Which of id, type, timestamp and body the signature does not cover, or not whole: anybody may have changed them. */
  readonly unsigned: readonly Uncovered[];
  /** The parsed body, shaped as in the provider's documentation. */
  readonly body: Body;
  /** The bytes that were verified. */
  readonly rawBody: Uint8Array;
  /** Tells this event from others of the provider; undefined where its deliveries carry nothing that could. */
  readonly key: string | undefined;
  /** The `id` of the configured secret that matched, where it has one. */
  readonly secretId?: string | undefined;
  /** Whose secret matched: the tenant that the `secret` function named. Take it from here, never from the request. */
  readonly tenant?: string | undefined;
}

/**
 * The union of a provider's events; `event.type` narrows `event.body`.
 *
 * `Of` is the provider (`EventOf<typeof github>`) or its map of types to bodies (`EventOf<GitHubEvents>`).
 *
 * @example
 * ```ts
 * import type { EventOf } from "@countersign/core";
 *
 * async function announce(event: EventOf<typeof paradym>): Promise<void> {
 *   if (event.type === "workflowExecution.failed") await notify(event.body.payload.error.message);
 * }
 * ```
 */
export type EventOf<Of extends object> =
  Of extends Provider<infer Events>
    ? // Of a provider whose events nobody knows, any event.
      [keyof Events] extends [never]
      ? WebhookEvent
      : EventIn<Events>
    : EventIn<Of>;

type EventIn<Events> = {
  [Type in keyof Events & string]: WebhookEvent<Type, Events[Type]>;
}[keyof Events & string];
