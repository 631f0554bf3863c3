/** Something that happened, to be told to whoever subscribed. */
export interface NewEvent {
  /** The event's type; subscriptions choose by it. */
  readonly type: string;
  /** Sent as JSON where it is an object, with id, type and time filled in where the provider has them in the body; text is sent as it is. */
  readonly body: object | string;
  /** Kept on every retry and for every subscription: receivers know the event again by it. Default: a new `msg_…`. */
  readonly id?: string | undefined;
  /** When it happened. Default: now. */
  readonly timestamp?: Date | number | undefined;
  /** The subject, such as Para's object type; subscriptions can filter by it. */
  readonly subject?: string | undefined;
  /** Whose it is: only this owner's subscriptions get it, and those without an owner. Default: everybody's get it. */
  readonly owner?: string | undefined;
}

/** A {@link NewEvent} with everything decided that must stay the same. Plain data, as it travels through a queue. */
export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly body: object | string;
  readonly timestampMs: number;
  readonly subject?: string;
  readonly owner?: string;
}
