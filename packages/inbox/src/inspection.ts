import { eventFrom, type WebhookEvent } from "@countersign/core";
import type { InspectableEngine, ItemState, StoredItem } from "./engine.ts";
import type { Inbox, InboxItem, InspectableInbox } from "./inbox.ts";
import { checksFor, LONGEST_AGE_SECONDS, shown } from "./option-checks.ts";

const STATES: readonly unknown[] = [
  "waiting",
  "running",
  "done",
  "dead",
] satisfies readonly ItemState[];

/** Makes the methods that an operator calls. What can't mean anything never reaches the engine. */
export function inspection(
  engine: InspectableEngine,
  name: string,
): Omit<InspectableInbox<WebhookEvent>, keyof Inbox> {
  return {
    async list(options) {
      const { state, limit = 100, offset = 0 } = options ?? {};
      const checks = checksFor("inbox.list");
      if (state !== undefined && !STATES.includes(state)) {
        throw checks.error(
          `state is ${shown(state)}, which no event can be in. Write "waiting", "running", "done" or "dead", or leave it out to list all events.`,
        );
      }
      checks.whole("limit", limit, 1);
      checks.whole("offset", offset, 0);
      return (await engine.list(name, { state, limit, offset })).map(itemOf);
    },
    async get(id) {
      checkId("get", id);
      const stored = await engine.get(name, id);
      return stored && itemOf(stored);
    },
    counts: () => engine.counts(name),
    async retry(id) {
      checkId("retry", id);
      return engine.retry(name, id);
    },
    async discard(id) {
      checkId("discard", id);
      return engine.discard(name, id);
    },
    async prune(state, options) {
      const checks = checksFor("inbox.prune");
      if (state !== "done" && state !== "dead") {
        throw checks.error(
          `state is ${shown(state)}; only finished events are deleted by age. Write "done" or "dead"; discard(id) deletes an event that waits.`,
        );
      }
      const { olderThanSeconds } = options ?? {};
      checks.notNegative("olderThanSeconds", olderThanSeconds, LONGEST_AGE_SECONDS);
      return engine.prune(name, state, (olderThanSeconds ?? 0) * 1000);
    },
  };
}

function checkId(method: string, id: unknown): void {
  if (typeof id === "string") return;
  throw checksFor(`inbox.${method}`).error(
    `id is ${shown(id)}; it must be text: the id of an item of list(), or of the handler's context.`,
  );
}

function itemOf(stored: StoredItem): InboxItem<WebhookEvent> {
  return { ...stored, event: eventFrom(JSON.parse(stored.event)) };
}
