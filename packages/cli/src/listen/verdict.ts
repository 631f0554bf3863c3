import type { Receipt, WebhookEvent } from "@countersign/core";
import type { Captured } from "../delivery/captured.ts";
import { explained } from "../delivery/judge.ts";
import type { EventFacts, Verdict } from "../log/entry.ts";
import type { Endpoint } from "./endpoint.ts";

/** Says what a receiver's decision means, with an explanation where it is a refusal. */
export async function verdictOf(
  receipt: Receipt,
  delivery: Captured,
  endpoint: Pick<Endpoint, "provider" | "secret" | "publicUrl">,
): Promise<Verdict> {
  switch (receipt.status) {
    case "accepted":
    case "stored":
      return { status: "verified", event: factsOf(receipt.event) };
    case "duplicate":
    case "in_flight":
      return { status: receipt.status, event: factsOf(receipt.event) };
    case "challenge":
      return {
        status: "challenge",
        ...(receipt.event !== undefined && { event: factsOf(receipt.event) }),
      };
    case "rejected": {
      const { code, message } = receipt.error;
      return { status: "refused", ...(await explained(delivery, endpoint, code, message)) };
    }
  }
}

function factsOf({ id, type, timestamp, key, secretId, unsigned }: WebhookEvent): EventFacts {
  return { id, type, timestamp: timestamp?.toISOString(), key, secretId, unsigned };
}
