import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every Paradym event. */
export interface ParadymBody<Type extends string = string, Payload = ParadymExecution> {
  readonly webhookId: string;
  readonly webhookPublishedAt: string;
  readonly projectId: string;
  readonly eventType: Type;
  readonly payload: Payload;
}

/** Names a run of a workflow; the API gives its details. */
export interface ParadymExecution {
  readonly workflowId: string;
  readonly workflowExecutionId: string;
}

export interface ParadymAction extends ParadymExecution {
  readonly workflowActionId: string;
}

export interface ParadymFailure extends ParadymExecution {
  /** Missing where no action was running. */
  readonly workflowActionId?: string;
  readonly error: {
    readonly message: string;
    readonly code: string;
    readonly details: unknown;
  };
}

/** Paradym's six events. */
export interface ParadymEvents {
  "workflowExecution.started": ParadymBody<"workflowExecution.started">;
  "workflowExecution.actionExecuted": ParadymBody<
    "workflowExecution.actionExecuted",
    ParadymAction
  >;
  "workflowExecution.completed": ParadymBody<"workflowExecution.completed">;
  "workflowExecution.waitingForTrigger": ParadymBody<
    "workflowExecution.waitingForTrigger",
    ParadymAction
  >;
  "workflowExecution.canceled": ParadymBody<"workflowExecution.canceled">;
  "workflowExecution.failed": ParadymBody<"workflowExecution.failed", ParadymFailure>;
}

/**
 * Paradym.
 *
 * `X-Paradym-HMAC-SHA-256` is hex over the body as sent.
 *
 * - Secret: shown once, when the webhook is made in the dashboard. Without one Paradym does not sign.
 * - Time: `webhookPublishedAt` in the body is signed and taken as ISO 8601; it expires nothing unless you give
 *   `toleranceSeconds`. The documentation only shows a placeholder there; where it can't be read, `event.timestamp` is
 *   undefined.
 * - Dedup: `content`. The documentation leaves open what `webhookId` names, the delivery or the webhook, so it is no identity
 *   and no `event.id` either; read `event.body.webhookId`.
 * - Retries: none. The endpoint has 5 seconds, and only a 200 counts as received: anything else loses the event.
 *
 * From the page "Use Webhooks" of Paradym's documentation.
 *
 * @see https://api.paradym.id/docs/
 */
export const paradym: Provider<ParadymEvents> = preset<ParadymEvents>(
  {
    name: "paradym",
    docs: "https://api.paradym.id/docs/",
    signature: { header: "X-Paradym-HMAC-SHA-256", encoding: "hex" },
    timestamp: { body: "/webhookPublishedAt", unit: "iso8601", of: "event" },
    type: { body: "/eventType" },
    dedup: "content",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 0, successStatuses: [200] },
  },
  isoTime,
);
