import { decodedField } from "../grammar/decoded-field.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The members of most bodies; close to GitHub's. */
export interface GiteaBody {
  readonly action?: string;
  readonly repository?: Readonly<Record<string, unknown>>;
  readonly sender?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface GiteaEvents {
  [event: string]: GiteaBody;
}

/**
 * Gitea (and Forgejo, which sends the same headers beside its own).
 *
 * `X-Gitea-Signature` is bare hex over the body as sent. For a webhook of the content type `application/x-www-form-urlencoded`
 * Gitea signs the JSON, not the form; what is signed is then the decoded `payload` field.
 *
 * - Secret: the text set on the webhook. Without one the header is there and empty.
 * - `event.id` (`X-Gitea-Delivery`) and `event.type` (`X-Gitea-Event`) are headers that the signature does not cover.
 * - Method: POST. A webhook of the method GET carries its payload in the query, and that is what Gitea signs then: it can't be verified.
 * - Time: none is signed.
 * - Dedup: `content`, since the id is not signed. Repeated test deliveries have the same body and count as one.
 * - Retries: none by itself. The endpoint has 5 seconds, unless the administrator set `DELIVER_TIMEOUT`.
 *
 * @see https://docs.gitea.com/usage/webhooks
 */
export const gitea: Provider<GiteaEvents> = preset<GiteaEvents>(
  {
    name: "gitea",
    docs: "https://docs.gitea.com/usage/webhooks",
    signature: { header: "X-Gitea-Signature", encoding: "hex" },
    body: { formField: { name: "payload", signed: "decoded" } },
    id: { header: "X-Gitea-Delivery", unsigned: true },
    type: { header: "X-Gitea-Event", unsigned: true },
    dedup: "content",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 0 },
  },
  decodedField,
);
