import type { WebhookEvent } from "@countersign/core";
import type { SpanContext } from "@opentelemetry/api";

/** At some 500 bytes each, what is remembered stays below 5 MB. */
const MAX_REMEMBERED = 10_000;

/** The spans of the first attempts, by event, so that a retry's span can link to that of the first. */
export class FirstAttempts {
  /** In the order of the last use. */
  readonly #spans = new Map<string, SpanContext>();

  /** Returns the span of the first attempt; undefined where this is the first that this process sees. */
  firstOf(endpoint: string, event: WebhookEvent, span: SpanContext): SpanContext | undefined {
    // Without a key nothing tells whether two deliveries are one event.
    if (event.key === undefined) return undefined;
    const key = JSON.stringify([event.provider, endpoint, event.tenant, event.key]);
    const first = this.#spans.get(key);
    this.#spans.delete(key);
    this.#spans.set(key, first ?? span);
    if (this.#spans.size > MAX_REMEMBERED) {
      const [oldest = ""] = this.#spans.keys();
      this.#spans.delete(oldest);
    }
    return first;
  }
}
