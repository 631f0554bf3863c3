import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { standardWebhooks } from "./standard-webhooks.ts";

/** The user, or what else the hook is about; each kind of hook has its own URL and its own shape. */
export type SupabaseAuthHookBody = Readonly<Record<string, unknown>>;

export interface SupabaseAuthHooksEvents {
  [type: string]: SupabaseAuthHookBody;
}

/**
 * Supabase Auth's HTTP hooks: {@link standardWebhooks}, `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}`.
 * Supabase parts several signatures by a comma and a space.
 *
 * - Secret: `v1,whsec_` and base64, as the dashboard shows it; several, parted by `|`, while one is rotated. Entries of
 *   asymmetric keys (`v1a,`) are passed over. The bare base64, as Supabase's own examples cut it out, works too.
 * - Time: `webhook-timestamp` is signed and that of the attempt.
 * - Dedup: `none`. `webhook-id` is new on every attempt and recognises no retry, and the content does not tell events apart: each failed
 *   password of one user has the same body. Besides, a hook waits for the answer of every attempt.
 * - Type: none; each hook has its own URL.
 * - Answer with JSON (`Content-Type: application/json`), or with 204 where there is nothing to say: a 200 without a content type is an error
 *   to Supabase, and so is the empty one of a handler that gives no answer.
 * - Retries: up to three attempts, after a 429 or 503 with `Retry-After` or a failed connection. They share the 5 seconds that a hook has.
 *
 * @see https://supabase.com/docs/guides/auth/auth-hooks
 */
export const supabaseAuthHooks: Provider<SupabaseAuthHooksEvents> = preset<SupabaseAuthHooksEvents>(
  {
    ...standardWebhooks,
    name: "supabase-auth-hooks",
    docs: "https://supabase.com/docs/guides/auth/auth-hooks",
    secret: { encoding: "base64", prefix: "v1,whsec_", separator: "|", ignored: "v1a," },
    dedup: "none",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 5 },
  },
  list,
  secretFormat,
  template,
  time,
);
