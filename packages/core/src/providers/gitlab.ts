import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * GitLab with a secret token, the classic one. For a signing token there is {@link gitlabSigningToken}.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - `event.id` is GitLab's key for all attempts of an event (from 17.4).
 * - Dedup: `content`.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/
 */
export const gitlab: Provider = preset(
  {
    name: "gitlab",
    docs: "https://docs.gitlab.com/user/project/integrations/webhooks/",
    signature: { header: "X-Gitlab-Token", algorithm: "token" },
    id: { header: "Idempotency-Key", unsigned: true },
    type: { header: "X-Gitlab-Event", unsigned: true },
    body: { unsigned: true },
    dedup: "content",
    delivery: { deadlineSeconds: 10, disablesEndpoint: true },
  },
  token,
);
