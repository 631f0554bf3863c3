import type { Receipt } from "@countersign/core";
import type { Captured } from "../delivery/captured.ts";
import type { WatchedLog } from "../log/delivery-log.ts";
import { type Answered, type Entry, isSuccess, type Step } from "../log/entry.ts";
import { maskedAnswer, withoutSecrets } from "../log/without-secrets.ts";
import type { Endpoint } from "./endpoint.ts";
import { verdictOf } from "./verdict.ts";

/** A delivery that was decided about, and is not answered yet. */
export interface Recording {
  readonly entry: Entry;
  /** Undefined if nobody is known to deliver to its path. */
  readonly receipt: Receipt | undefined;
  readonly secrets: readonly string[];
  readonly log: WatchedLog;
}

/** Verifies a delivery and logs it, before the application has answered. */
export async function begin(
  delivery: Captured,
  endpoint: Endpoint | undefined,
  log: WatchedLog,
): Promise<Recording> {
  const receipt = await endpoint?.receiver.receive(delivery);
  const verdict =
    endpoint === undefined || receipt === undefined
      ? ({ status: "unchecked" } as const)
      : await verdictOf(receipt, delivery, endpoint);
  const secrets = endpoint?.secret.map(({ secret }) => secret) ?? [];
  const isClaimed = receipt?.status === "accepted" && receipt.claim.key !== undefined;
  const entry = log.add({
    ...withoutSecrets(delivery, secrets),
    provider: endpoint?.provider.name,
    verdict,
    timeline: [
      { atMs: delivery.receivedAtMs, what: "received" },
      step(verdict.code ?? verdict.status.replace("_", " ")),
      ...(isClaimed ? [step("claimed")] : []),
    ],
  });
  return { entry, receipt, secrets, log };
}

/** Ends the claim as a receiver would (complete on 2xx, else released for the retry), and logs the answer. */
export async function finish(
  { entry, receipt, secrets, log }: Recording,
  answered: Answered,
): Promise<void> {
  const steps = await settle(receipt, answered);
  const masked = maskedAnswer(answered, secrets);
  log.update({ ...entry, answered: masked, timeline: [...entry.timeline, ...steps] });
}

async function settle(receipt: Receipt | undefined, answered: Answered): Promise<readonly Step[]> {
  const outcome = answered.failure ?? `answered ${answered.status ?? ""}`;
  const steps = [step(answered.by === "app" ? `app: ${outcome}` : outcome)];
  if (receipt?.status !== "accepted") return steps;
  const { claim } = receipt;
  const taken = isSuccess(answered.status);
  await (taken ? claim.complete() : claim.release());
  if (claim.key === undefined) return steps;
  return [...steps, step(taken ? "claim completed" : "claim released: a retry will run")];
}

function step(what: string): Step {
  return { atMs: Date.now(), what };
}
