import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { standardWebhooks } from "./standard-webhooks.ts";

/** The members of most bodies. `object_kind` (`event_name` on system hooks) names the kind. */
export interface GitLabBody {
  readonly object_kind?: string;
  readonly event_name?: string;
  readonly [field: string]: unknown;
}

export interface GitLabEvents {
  [type: string]: GitLabBody;
}

/**
 * GitLab with a signing token: {@link standardWebhooks}, `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}`.
 *
 * Not for `X-Gitlab-Token`: that header carries a secret in the clear and signs nothing.
 *
 * - Secret: the signing token, `whsec_` and base64 of 32 bytes.
 * - Time: `webhook-timestamp` is signed and that of the attempt.
 * - Dedup: `id`. `webhook-id` equals `Idempotency-Key`: the same on every retry of one event.
 * - Type: `object_kind` of the body, which is signed; the header `X-Gitlab-Event` is not.
 * - Retries: none of a single delivery by itself, but a webhook that fails often is paused. The endpoint has 10 seconds.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/
 * @see https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944
 */
export const gitlabSigningToken: Provider<GitLabEvents> = preset<GitLabEvents>(
  {
    ...standardWebhooks,
    name: "gitlab-signing-token",
    docs: "https://docs.gitlab.com/user/project/integrations/webhooks/",
    secret: {
      encoding: "base64",
      prefix: "whsec_",
      otherwise: "For a secret token (X-Gitlab-Token), which signs nothing, use the preset gitlab.",
    },
    type: { body: "/object_kind" },
    delivery: { deadlineSeconds: 10, disablesEndpoint: true, maxBodyBytes: 25 * 1024 * 1024 },
  },
  list,
  secretFormat,
  template,
  time,
);
