import type { PublishedEvent } from "./event.ts";

/** A job of a publisher's workers: plain data that can be written as JSON. */
export interface Job {
  readonly event: PublishedEvent;
  /** To whom; missing while it is still to be found out who wants the event. */
  readonly subscriptionId?: string;
  /** How many attempts were made before. */
  readonly attempts?: number;
}

/** Jobs under way from publishers to workers, at least once each. */
export interface Queue {
  /** True if other processes take jobs from it too, and its jobs outlive this process. */
  readonly shared: boolean;
  /**
   * Adds a job. When it resolves, the job is as safe as the queue can make it; when it rejects, it may or may not have been added.
   *
   * @param options `delayMs`: not before that time has passed
   */
  enqueue(job: Job, options?: { readonly delayMs?: number }): Promise<void>;
  /**
   * Takes jobs and runs them, `concurrency` at a time. A job is done when `run` resolves; when it rejects, it comes again a little
   * later.
   */
  consume(
    run: (job: Job) => Promise<void>,
    options: { readonly concurrency: number },
  ): Promise<QueueConsumer>;
}

/** Workers at a queue. */
export interface QueueConsumer {
  /** Takes no more, and resolves when what is under way has ended. */
  stop(): Promise<void>;
}
