import { bodyChallenge } from "../grammar/body-challenge.ts";
import { bodyFormat } from "../grammar/body-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** An event of the Events API; `event` is what happened, told apart by its own `type`. */
export interface SlackEventCallback {
  readonly type: "event_callback";
  readonly event_id: string;
  /** In seconds since 1970. */
  readonly event_time: number;
  readonly team_id: string;
  readonly api_app_id: string;
  readonly event: { readonly type: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** The handshake by which Slack checks the URL. */
export interface SlackUrlVerification {
  readonly type: "url_verification";
  readonly challenge: string;
  readonly token: string;
}

export interface SlackAppRateLimited {
  readonly type: "app_rate_limited";
  readonly team_id: string;
  readonly minute_rate_limited: number;
  readonly api_app_id: string;
  readonly token: string;
}

/** An interaction, which comes as the JSON in a form's field `payload`. */
export interface SlackInteraction<Type extends string = string> {
  readonly type: Type;
  readonly trigger_id?: string;
  readonly user?: { readonly id: string; readonly [field: string]: unknown };
  readonly team?: { readonly id: string; readonly [field: string]: unknown } | null;
  readonly [field: string]: unknown;
}

/** Slack's bodies by their outer `type`. A slash command has none; its body is the form as a record. */
export interface SlackEvents {
  event_callback: SlackEventCallback;
  url_verification: SlackUrlVerification;
  app_rate_limited: SlackAppRateLimited;
  block_actions: SlackInteraction<"block_actions">;
  block_suggestion: SlackInteraction<"block_suggestion">;
  message_action: SlackInteraction<"message_action">;
  shortcut: SlackInteraction<"shortcut">;
  view_closed: SlackInteraction<"view_closed">;
  view_submission: SlackInteraction<"view_submission">;
}

/**
 * Slack: Events API, interactivity and slash commands.
 *
 * `X-Slack-Signature` is `v0=` and hex over `v0:{X-Slack-Request-Timestamp}:{body}`, the body as sent, be it JSON or a form.
 *
 * - Secret: the app's signing secret, from its basic information. It looks like hex and is literal text.
 * - Time: the timestamp is signed and made anew on each attempt. Slack's page and libraries allow 300 s.
 * - Dedup: by the signed `event_id`, which a retry repeats; slash commands, interactions and `app_rate_limited` have none, and
 *   are told apart by their bodies (by a `trigger_id` or the minute it is about). A `block_suggestion` has neither, and the same
 *   text typed twice is the same body: have the options load URL received with `defineProvider({ ...slack, dedup: "none" })`.
 * - Handshake: `url_verification`, signed, is answered with its challenge.
 * - Retries: at once, after 1 min and after 5 min, and hourly for a day where "delayed events" is on. The endpoint has 3
 *   seconds.
 *
 * The types of `@slack/types` plug in by one type parameter:
 * ```ts
 * import type { SlackEventCallback, SlackEvents } from "@countersign/core/providers";
 * import type { SlackEvent } from "@slack/types";
 * type Callback = SlackEventCallback & { event: SlackEvent };
 * const provider = defineProvider<Omit<SlackEvents, "event_callback"> & { event_callback: Callback }>(slack);
 * ```
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack/
 * @see https://docs.slack.dev/apis/events-api/
 */
export const slack: Provider<SlackEvents> = preset<SlackEvents>(
  {
    name: "slack",
    docs: "https://docs.slack.dev/authentication/verifying-requests-from-slack/",
    signature: {
      header: "X-Slack-Signature",
      encoding: "hex",
      prefix: "v0=",
      content: "v0:{timestamp}:{body}",
    },
    timestamp: {
      header: "X-Slack-Request-Timestamp",
      unit: "seconds",
      of: "attempt",
      toleranceSeconds: 300,
    },
    body: { format: "auto", formField: { name: "payload", signed: "encoded" } },
    id: { body: "/event_id" },
    type: { body: "/type" },
    dedup: "id-or-content",
    challenge: {
      body: "/challenge",
      when: { body: "/type", value: "url_verification" },
      answer: "text",
    },
    delivery: {
      deadlineSeconds: 3,
      retrySpanSeconds: 86_400,
      attempt: { header: "X-Slack-Retry-Num", first: 0 },
    },
  },
  bodyChallenge,
  bodyFormat,
  template,
  time,
);
