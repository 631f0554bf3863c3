import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { svix } from "./svix.ts";

/** The body of every Resend event. */
export interface ResendBody {
  /** Such as `email.delivered`. */
  readonly type: string;
  readonly created_at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ResendEvents {
  [type: string]: ResendBody;
}

/**
 * Resend, which sends through {@link svix}: `svix-signature` over `{svix-id}.{svix-timestamp}.{body}`.
 *
 * - Secret: the webhook's signing secret (`whsec_…`) on its page in the dashboard.
 * - Time: `svix-timestamp` is signed and that of the attempt.
 * - Dedup: `id`, by `svix-id`, which Resend names as what to tell duplicates by.
 * - Retries: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h.
 *
 * @see https://resend.com/docs/webhooks/verify-webhooks-requests
 * @see https://resend.com/docs/webhooks/retries-and-replays
 */
export const resend: Provider<ResendEvents> = preset<ResendEvents>(
  {
    ...svix,
    name: "resend",
    docs: "https://resend.com/docs/webhooks/verify-webhooks-requests",
  },
  list,
  secretFormat,
  template,
  time,
);
