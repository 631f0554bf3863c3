import type { Receiver } from "./receiver-type.ts";

declare const EVENTS: unique symbol;

/** The key under which {@link OneOf} keeps the function that makes its receiver; one symbol for all copies of this package. */
export const MAKE_RECEIVER: unique symbol = Symbol.for("countersign.make-receiver") as never;

/** The options of several receivers at one URL, made by `oneOf`; goes wherever a receiver's options go. */
export interface OneOf<Events extends object> {
  readonly [MAKE_RECEIVER]: () => Receiver;
  /** For the type checker only; never there at run time. */
  readonly [EVENTS]?: Events;
}
