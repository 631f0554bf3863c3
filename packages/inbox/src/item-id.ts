import { createHash, randomUUID } from "node:crypto";

/**
 * Returns the id of an event in an inbox, as a UUID: the same for the same claim key, so that an event which comes again is stored once.
 *
 * @param claimKey the key of the receiver's claim; undefined where no records are kept, and each delivery is an event of its own
 */
export function itemIdOf(inbox: string, claimKey: string | undefined): string {
  if (claimKey === undefined) return randomUUID();
  const hex = createHash("sha256")
    .update(JSON.stringify([inbox, claimKey]))
    .digest("hex");
  // Version 8 and variant 1 of RFC 9562: a UUID whose content is the application's own.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
