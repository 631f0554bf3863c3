import type { Row } from "../inspector/wire.ts";

/** The filter of the list. */
export type Filter = "all" | "verified" | "refused" | "duplicate" | "failed";

/** The filters with their names, in order. */
export const FILTERS: readonly (readonly [Filter, string])[] = [
  ["all", "All"],
  ["verified", "Verified"],
  ["refused", "Refused"],
  ["duplicate", "Duplicate"],
  ["failed", "App failed"],
];

/** Tells whether a filter lets a delivery through. */
export function isShown(row: Row, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "verified":
      return row.status === "verified" || row.status === "challenge";
    case "refused":
      return row.status === "refused";
    case "duplicate":
      return row.status === "duplicate" || row.status === "in_flight";
    case "failed":
      return row.status !== "refused" && row.answeredOk === false;
  }
}

/** Tells whether a delivery has all words of a search in it. */
export function isFound(row: Row, search: string): boolean {
  if (search === "") return true;
  const { id, provider, type, eventId, path, code, status, method, answer } = row;
  const text = [`#${id}`, provider, type, eventId, path, code, status, method, answer]
    .join(" ")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
