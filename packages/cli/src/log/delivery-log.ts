import type { Entry } from "./entry.ts";

/** Keeps deliveries, oldest first. */
export interface DeliveryLog {
  /** Adds a new delivery; its id is made by the log. */
  add(entry: Omit<Entry, "id">): Entry;
  /** Puts an entry in place of the one with its id. */
  update(entry: Entry): void;
  get(id: string): Entry | undefined;
  /** Returns every delivery, oldest first. */
  all(): readonly Entry[];
  close(): void;
}

/** A log that tells when something was added or changed. */
export interface WatchedLog extends DeliveryLog {
  /** Calls back for each added or changed entry; returns a function that ends it. */
  watch(changed: (entry: Entry) => void): () => void;
}

/** How much is kept in memory at most. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 256 * 1024 * 1024;

/** Makes a log in memory, which forgets its oldest deliveries when it is full. */
export function memoryLog(): DeliveryLog {
  const entries = new Map<string, Entry>();
  let count = 0;
  let bytes = 0;
  return {
    add(entry) {
      const added = { ...entry, id: String(++count) };
      entries.set(added.id, added);
      bytes += added.body.length;
      for (const [id, oldest] of entries) {
        if (entries.size <= MAX_ENTRIES && (bytes <= MAX_BYTES || id === added.id)) break;
        entries.delete(id);
        bytes -= oldest.body.length;
      }
      return added;
    },
    update(entry) {
      if (entries.has(entry.id)) entries.set(entry.id, entry);
    },
    get: (id) => entries.get(id),
    all: () => [...entries.values()],
    close: () => {},
  };
}

/** Adds {@link WatchedLog.watch} to a log. */
export function watched(log: DeliveryLog): WatchedLog {
  const watchers = new Set<(entry: Entry) => void>();
  const tell = (entry: Entry): void => {
    for (const watcher of watchers) watcher(entry);
  };
  return {
    ...log,
    add(entry) {
      const added = log.add(entry);
      tell(added);
      return added;
    },
    update(entry) {
      log.update(entry);
      tell(entry);
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}
