import type { ReceiverOptions, Secrets, TenantSecrets } from "@countersign/core";
import type { Context } from "hono";

/** A receiver's options, with a secret that may come from the request's context. */
export interface HonoOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> extends Omit<ReceiverOptions<Events, Output>, "secret"> {
  /**
   * The secret or secrets, or a function of the context: `(c) => c.env.SECRET`. To have the bindings typed, write
   * `(c: Context<{ Bindings: Bindings }>) => …`. Undefined from there is a mistake, answered with 503.
   */
  readonly secret:
    | Secrets
    | ((c: Context) => Promise<Secrets | TenantSecrets> | Secrets | TenantSecrets);
}
