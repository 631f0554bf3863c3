import type { RabbitmqQueue } from "@countersign/queue-rabbitmq";

/** A job of the queue. */
export type Job = Parameters<RabbitmqQueue["enqueue"]>[0];

/** What a job carries, as text. */
export interface JobContent {
  readonly event: string;
  readonly lastError?: string | undefined;
}

/** Makes a job of an event. */
export function jobOf(id: string, content: JobContent, storedAtMs: number): Job {
  return {
    event: { id, type: "inbox", body: JSON.stringify(content), timestampMs: storedAtMs },
  };
}

/** Reads what a job carries. */
export function contentOf({ event: { body } }: Job): JobContent {
  return JSON.parse(typeof body === "string" ? body : JSON.stringify(body)) as JobContent;
}
