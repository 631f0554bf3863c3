import { randomUUID } from "node:crypto";
import type { PublisherSettings } from "./publisher-settings.ts";
import type { DeliverySelection } from "./subscription-store.ts";

/** How many deliveries are taken from the store at once. */
const BATCH = 100;

/** How long nobody else takes them; until then they are in the queue, or their process has died. */
const LEASE_MS = 15_000;

/**
 * Adds the chosen deliveries to the queue, each as if it was new: with all the attempts that the policy has. They are leased, added and then
 * marked, so that none is lost by the death of a process in between; it may come twice.
 *
 * @returns how many there were
 */
export async function resend(
  { subscriptions, queue }: Pick<PublisherSettings, "subscriptions" | "queue">,
  selection: DeliverySelection,
): Promise<number> {
  let count = 0;
  for (;;) {
    const token = randomUUID();
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    const leased = await subscriptions.lease(selection, { token, leaseMs: LEASE_MS, limit: BATCH });
    if (leased.length === 0) return count;
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(
      leased.map(({ subscriptionId, event }) => queue.enqueue({ event, subscriptionId })),
    );
    // oxlint-disable-next-line no-await-in-loop
    await subscriptions.markQueued(token);
    count += leased.length;
    if (leased.length < BATCH) return count;
  }
}
