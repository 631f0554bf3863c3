import { preset, type Provider } from "../scheme/provider.ts";

/** The members of most bodies. */
export interface BitbucketBody {
  readonly actor?: Readonly<Record<string, unknown>>;
  readonly repository?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** By the event key, such as `repo:push` or `pullrequest:created`. */
export interface BitbucketEvents {
  [key: string]: BitbucketBody;
}

/**
 * Bitbucket Cloud and Data Center.
 *
 * `X-Hub-Signature` is `sha256=` and hex over the body as sent. (GitHub's header of that name is SHA-1: another scheme.)
 *
 * - Secret: the text set on the webhook. Bitbucket signs only where one is set.
 * - `event.id` (`X-Request-UUID` of Cloud) and `event.type` (`X-Event-Key`) are headers that the signature does not cover. Data
 *   Center has `X-Request-Id` in place of the first:
 *   `defineProvider({ ...bitbucket, id: { header: "X-Request-Id", unsigned: true } })`.
 * - Time: none is signed.
 * - Dedup: `content`, since the id is not signed; a retry has the same body. Test pings with the same body count as one.
 * - Retries: Cloud two more times after a timeout or a 5xx. The endpoint has 10 seconds.
 * - Size: Cloud sends no body above 256 KB; Data Center names no limit, so that the default of 5 MiB holds.
 *
 * @see https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/
 */
export const bitbucket: Provider<BitbucketEvents> = preset<BitbucketEvents>({
  name: "bitbucket",
  docs: "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
  signature: { header: "X-Hub-Signature", encoding: "hex", prefix: "sha256=" },
  id: { header: "X-Request-UUID", unsigned: true },
  type: { header: "X-Event-Key", unsigned: true },
  dedup: "content",
  delivery: { deadlineSeconds: 10 },
});
