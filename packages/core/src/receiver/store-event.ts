import { messageOf, WebhookError } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Claim } from "../claims/claim.ts";
import type { WebhookEvent } from "../verify/event.ts";
import type { EventInbox } from "./inbox.ts";
import type { Settings } from "./settings.ts";

/**
 * Stores an accepted event in the receiver's inbox. The claim is then ready to be completed.
 *
 * @returns the error to refuse the delivery with (`store_unavailable`); undefined where the event is stored
 */
export async function storeEvent(
  { lease, store }: Settings,
  inbox: EventInbox,
  event: WebhookEvent,
  claim: Claim,
): Promise<WebhookError | undefined> {
  try {
    await withTimeout(inbox.store(event, claim, store), lease.storeTimeoutMs);
    return undefined;
  } catch (cause) {
    return new WebhookError(
      "store_unavailable",
      `The inbox did not take the event: ${messageOf(cause)}. The provider was told to send it again.`,
      { cause },
    );
  }
}
