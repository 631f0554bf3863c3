import type { ProviderDefinition } from "../scheme/definition.ts";
import type { Warning } from "../base/warning.ts";

/** The options that decide whether an event sent only once can be lost. */
export interface LossOptions {
  readonly provider: ProviderDefinition;
  readonly onStoreError?: "reject" | "accept" | undefined;
  readonly inbox?: object | undefined;
}

/** Warns of a provider that never sends an event again, until the user has decided what becomes of an event that fails. */
export function noRetriesWarnings({ provider, onStoreError, inbox }: LossOptions): Warning[] {
  const { name, delivery } = provider;
  const isDecided = inbox !== undefined || onStoreError !== undefined;
  if (delivery?.retrySpanSeconds !== 0 || isDecided) return [];
  return [
    {
      code: "retries_none",
      message: `${name}: ${name} sends an event once and does not send it again by itself. If the handler fails or the store is away, the event is lost. To keep events and run the handler again, write inbox: createInbox({ ... }) of @countersign/inbox. Without an inbox, write onStoreError: "accept" to handle events also while the store is away (without dedup), or "reject" to lose them.`,
    },
  ];
}
