import type { Job } from "@countersign/sender";

/** A job on its way. */
export interface Letter {
  readonly job: Job;
  /** Not before this time, in milliseconds since 1970. */
  readonly dueAtMs?: number;
}

/** A letter as a message's content. Throws where its job can't be written as JSON. */
export function contentOf(letter: Letter): Buffer {
  return Buffer.from(JSON.stringify(letter));
}

/** The letter in a message; undefined where it is none, which no worker could ever do anything about. */
export function letterOf(content: Buffer): Letter | undefined {
  try {
    const letter = JSON.parse(content.toString("utf8")) as Letter;
    const { id, type, body, timestampMs } = letter.job.event;
    const isEvent =
      typeof id === "string" &&
      typeof type === "string" &&
      (typeof body === "string" || (typeof body === "object" && body !== null)) &&
      typeof timestampMs === "number";
    return isEvent ? letter : undefined;
  } catch {
    return undefined;
  }
}
