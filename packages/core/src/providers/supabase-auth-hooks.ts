import { defineProvider, type Provider } from "../provider.ts";
import { standardWebhooks } from "./standard-webhooks.ts";

/** The user, or what else the hook is about; each kind of hook has its own URL and its own shape. */
export type SupabaseAuthHookBody = Readonly<Record<string, unknown>>;

export interface SupabaseAuthHooksEvents {
  [type: string]: SupabaseAuthHookBody;
}

/**
 * Supabase Auth's HTTP hooks: {@link standardWebhooks}, `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}`.
 *
 * - Secret: `v1,whsec_` and base64, as the dashboard shows it; several, parted by `|`, while one is rotated. Entries of
 *   asymmetric keys (`v1a,`) are passed over. The bare base64, as Supabase's own examples cut it out, works too.
 * - Time: `webhook-timestamp` is signed and that of the attempt.
 * - Dedup: `id`, by the signed `webhook-id`. A hook wants an answer, and a duplicate gets an empty one: to answer each attempt,
 *   use `verify()`, or `store: false`.
 * - Type: none; each hook has its own URL.
 * - Retries: up to three, 2 s apart, after a 429 or 503. The endpoint has 5 seconds.
 *
 * @see https://supabase.com/docs/guides/auth/auth-hooks
 */
export const supabaseAuthHooks: Provider<SupabaseAuthHooksEvents> =
  defineProvider<SupabaseAuthHooksEvents>({
    ...standardWebhooks,
    name: "supabase-auth-hooks",
    docs: "https://supabase.com/docs/guides/auth/auth-hooks",
    secret: { encoding: "base64", prefix: "v1,whsec_", separator: "|", ignored: "v1a," },
    delivery: { deadlineSeconds: 5, maxBodyBytes: 20 * 1024 },
  });
