import { pairs } from "../grammar/pairs.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The members of both of CircleCI's events. */
export interface CircleCIBody<Type extends string = string> {
  readonly type: Type;
  readonly id: string;
  /** ISO 8601. */
  readonly happened_at: string;
  readonly workflow?: Readonly<Record<string, unknown>>;
  readonly pipeline?: Readonly<Record<string, unknown>>;
  readonly project?: Readonly<Record<string, unknown>>;
  readonly organization?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface CircleCIEvents {
  "workflow-completed": CircleCIBody<"workflow-completed">;
  "job-completed": CircleCIBody<"job-completed"> & {
    readonly job: Readonly<Record<string, unknown>>;
  };
  ping: CircleCIBody<"ping">;
}

/**
 * CircleCI's outbound webhooks.
 *
 * `circleci-signature` is `v1=<hex>` over the body as sent, in a list parted by commas that may come to have other versions,
 * which are passed over.
 *
 * - Secret: the secret token set on the webhook, as text.
 * - Time: `happened_at` in the body is signed and is the event's.
 * - Dedup: `id`. The body's `id` is signed, and documented for telling duplicates.
 * - Retries: yes, without a documented schedule. The endpoint has 10 seconds.
 *
 * @see https://circleci.com/docs/guides/integration/outbound-webhooks/
 */
export const circleci: Provider<CircleCIEvents> = preset<CircleCIEvents>(
  {
    name: "circleci",
    docs: "https://circleci.com/docs/guides/integration/outbound-webhooks/",
    signature: {
      header: "circleci-signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "v1" },
    },
    timestamp: { body: "/happened_at", unit: "iso8601", of: "event" },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "id",
    delivery: { deadlineSeconds: 10 },
  },
  pairs,
  isoTime,
);
