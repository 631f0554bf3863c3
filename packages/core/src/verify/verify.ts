import { type Checked, checkDelivery } from "./check-delivery.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { EventOf } from "./event.ts";
import { readEvent } from "./read-event.ts";
import { verificationOf, type VerifyOptions } from "./options.ts";

/** Verifies deliveries of one provider; made by {@link createVerifier}. */
export interface Verifier<Events extends object = Record<string, unknown>> {
  /**
   * Checks signature and freshness, and parses nothing. (A timestamp inside the body is checked by `verify`.)
   *
   * @throws `signature_*`, `timestamp_*`, `secret_unavailable`; `body_already_read` where the body is a parsed object;
   *   `config_invalid` where the delivery has no headers, or no URL or method that the provider signs
   */
  check(delivery: Delivery): Promise<Checked>;
  /**
   * Checks, then parses.
   *
   * @throws what `check` throws, and `body_malformed`, `id_missing`
   */
  verify(delivery: Delivery): Promise<EventOf<Events>>;
}

/**
 * Prepares keys and header names once, for many deliveries.
 *
 * @throws `config_invalid` where the options can't work; the message says what to change
 * @example
 * ```ts
 * const verifier = createVerifier({ provider: github, secret: process.env.GITHUB_SECRET ?? "" });
 * const event = await verifier.verify({ headers: request.headers, body: await request.bytes() });
 * ```
 */
export function createVerifier<Events extends object>(
  options: VerifyOptions<Events>,
): Verifier<Events> {
  const verification = verificationOf(options);
  return {
    // `async`, so that what is thrown at once is a rejection too.
    async check(delivery) {
      const found = checkDelivery(verification, delivery);
      const match = "rawBody" in found ? found : await found;
      const { rawBody, secret, tenant, verifiableUntilMs } = match;
      // Without the key, so that no log can print it.
      return { rawBody, secretId: secret.id, tenant, verifiableUntilMs };
    },
    verify: (delivery) => readEvent(verification, delivery) as Promise<EventOf<Events>>,
  };
}

/**
 * Verifies one delivery.
 *
 * Prepared keys are kept, by provider and secret (up to 1000 a provider), so that a call costs little more than one of a verifier.
 *
 * @param delivery headers and body as they came; the body never parsed
 * @param options provider, secret and what else applies
 * @returns the event, with a body typed by the provider
 * @throws `config_invalid`, `signature_*`, `timestamp_*`, `body_*`, `id_missing`, `secret_unavailable`
 * @example
 * ```ts
 * const event = await verify({ headers: req.headers, body: rawBody }, { provider: paradym, secret });
 * if (event.type === "workflowExecution.failed") console.log(event.body.payload.error.message);
 * ```
 */
export async function verify<Events extends object>(
  delivery: Delivery,
  options: VerifyOptions<Events>,
): Promise<EventOf<Events>> {
  return (await readEvent(verificationOf(options), delivery)) as EventOf<Events>;
}
