import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of an event. `Data` is the object that it is about. */
export interface StripeEventBody<Type extends string = string, Data = Record<string, unknown>> {
  readonly id: string;
  readonly object: string;
  readonly type: Type;
  /** The connected account, on Connect webhooks. */
  readonly account?: string;
  readonly api_version?: string | null;
  /** When the event happened, in seconds since 1970. */
  readonly created: number;
  readonly livemode: boolean;
  readonly pending_webhooks?: number;
  readonly request?: { readonly id: string | null; readonly idempotency_key: string | null } | null;
  readonly data: { readonly object: Data; readonly previous_attributes?: Partial<Data> };
}

/** Any event: Stripe has hundreds of types and adds to them. */
export interface StripeEvents {
  [type: string]: StripeEventBody;
}

/**
 * Stripe.
 *
 * `Stripe-Signature` is `t=<seconds>,v1=<hex>`, with several `v1` while a secret is rolled, over `{t}.{body}`. Other versions
 * (`v0` in test mode) are passed over, never fallen back to.
 *
 * - Secret: the endpoint's signing secret (`whsec_…`), the whole text as it stands: here the prefix is a part of the key. Each
 *   endpoint has its own, and so has `stripe listen`.
 * - Time: `t` is signed and made anew on each attempt. Stripe's libraries allow 300 s.
 * - Dedup: `id`. The event's `id` is signed and the same on every retry. Now and then Stripe makes two events of one change;
 *   those have two ids.
 * - Retries: up to three days in live mode.
 *
 * The types of the `stripe` package plug in by one type parameter:
 * ```ts
 * type Events = { [Event in Stripe.Event as Event["type"]]: Event };
 * const provider = defineProvider<Events>(stripe);
 * // event.type === "invoice.paid" now narrows event.body.data.object to Stripe.Invoice
 * ```
 *
 * @see https://docs.stripe.com/webhooks?verify=verify-manually
 */
export const stripe: Provider<StripeEvents> = preset<StripeEvents>(
  {
    name: "stripe",
    docs: "https://docs.stripe.com/webhooks",
    signature: {
      header: "Stripe-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "v1" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "seconds", of: "attempt", toleranceSeconds: 300 },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "id",
    delivery: { retrySpanSeconds: 259_200 },
  },
  pairs,
  template,
  time,
);
