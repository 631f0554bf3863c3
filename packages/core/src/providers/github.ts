import { encodedField } from "../grammar/encoded-field.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The subject of a delivery. The rest of the body depends on the event. */
export interface GitHubBody {
  /** The kind of change, on events that have several kinds. */
  readonly action?: string;
  readonly sender?: GitHubAccount;
  readonly repository?: GitHubRepository;
  readonly organization?: GitHubAccount;
  /** On deliveries to a GitHub App. */
  readonly installation?: { readonly id: number };
  readonly [field: string]: unknown;
}

export interface GitHubAccount {
  readonly id: number;
  readonly login: string;
  readonly [field: string]: unknown;
}

export interface GitHubRepository {
  readonly id: number;
  readonly name: string;
  readonly full_name: string;
  readonly private: boolean;
  readonly [field: string]: unknown;
}

export interface GitHubPing extends GitHubBody {
  readonly zen: string;
  readonly hook_id: number;
}

export interface GitHubPush extends GitHubBody {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
  readonly commits: readonly {
    readonly id: string;
    readonly message: string;
    readonly timestamp: string;
    readonly [field: string]: unknown;
  }[];
  readonly repository: GitHubRepository;
}

export interface GitHubIssue extends GitHubBody {
  readonly action: string;
  readonly issue: GitHubThread;
  readonly repository: GitHubRepository;
}

export interface GitHubPullRequest extends GitHubBody {
  readonly action: string;
  readonly number: number;
  readonly pull_request: GitHubThread;
  readonly repository: GitHubRepository;
}

/** An issue or a pull request. */
export interface GitHubThread {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly user: GitHubAccount | null;
  readonly [field: string]: unknown;
}

type GitHubEventName =
  | "branch_protection_configuration"
  | "branch_protection_rule"
  | "check_run"
  | "check_suite"
  | "code_scanning_alert"
  | "commit_comment"
  | "create"
  | "custom_property"
  | "custom_property_values"
  | "delete"
  | "dependabot_alert"
  | "deploy_key"
  | "deployment"
  | "deployment_protection_rule"
  | "deployment_review"
  | "deployment_status"
  | "discussion"
  | "discussion_comment"
  | "fork"
  | "github_app_authorization"
  | "gollum"
  | "installation"
  | "installation_repositories"
  | "installation_target"
  | "issue_comment"
  | "issue_dependencies"
  | "issues"
  | "label"
  | "marketplace_purchase"
  | "member"
  | "membership"
  | "merge_group"
  | "meta"
  | "milestone"
  | "org_block"
  | "organization"
  | "package"
  | "page_build"
  | "personal_access_token_request"
  | "ping"
  | "project"
  | "project_card"
  | "project_column"
  | "projects_v2"
  | "projects_v2_item"
  | "projects_v2_status_update"
  | "public"
  | "pull_request"
  | "pull_request_review"
  | "pull_request_review_comment"
  | "pull_request_review_thread"
  | "push"
  | "registry_package"
  | "release"
  | "repository"
  | "repository_advisory"
  | "repository_dispatch"
  | "repository_import"
  | "repository_ruleset"
  | "repository_vulnerability_alert"
  | "secret_scanning_alert"
  | "secret_scanning_alert_location"
  | "secret_scanning_scan"
  | "security_advisory"
  | "security_and_analysis"
  | "sponsorship"
  | "star"
  | "status"
  | "sub_issues"
  | "team"
  | "team_add"
  | "watch"
  | "workflow_dispatch"
  | "workflow_job"
  | "workflow_run";

/** GitHub's events by the name in `X-GitHub-Event`. */
export interface GitHubEvents extends Record<GitHubEventName, GitHubBody> {
  issues: GitHubIssue;
  ping: GitHubPing;
  pull_request: GitHubPullRequest;
  push: GitHubPush;
}

/**
 * GitHub: repository, organization and App webhooks.
 *
 * `X-Hub-Signature-256` is `sha256=` and hex over the body as sent. With the content type `application/x-www-form-urlencoded`
 * the form itself is signed, not the JSON in its `payload` field; `event.body` is that JSON either way. The older
 * `X-Hub-Signature` (SHA-1) is never fallen back to.
 *
 * - Secret: the text that you set on the webhook. GitHub signs only where one is set.
 * - `event.id` (`X-GitHub-Delivery`) and `event.type` (`X-GitHub-Event`) are headers that the signature does not cover: good
 *   for logs and for routing, but anybody who has one signed delivery can send it again under another name. For what must not
 *   be mistaken look at the body.
 * - Time: none is signed. Dedup is what stops replays, for as long as records are kept.
 * - Dedup: `content`, since the id is not signed. A redelivery that you ask for has the same body and counts as a duplicate
 *   once the first was processed. Events whose bodies carry nothing unique count as one within the retention: two
 *   `workflow_dispatch` with the same inputs, a member added, removed and added again. Where you take such events:
 *   `defineProvider<GitHubEvents>({ ...github, dedup: "none" })`.
 * - Retries: none by itself; you can ask for redeliveries of the last three days. The endpoint has 10 seconds.
 *
 * The payload types of `@octokit/webhooks-types` plug in by one type parameter:
 * ```ts
 * import type { EventPayloadMap } from "@octokit/webhooks-types";
 * const provider = defineProvider<EventPayloadMap>(github);
 * ```
 *
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const github: Provider<GitHubEvents> = preset<GitHubEvents>(
  {
    name: "github",
    docs: "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
    signature: { header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=" },
    body: { formField: { name: "payload", signed: "encoded" } },
    id: { header: "X-GitHub-Delivery", unsigned: true },
    type: { header: "X-GitHub-Event", unsigned: true },
    dedup: "content",
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 0, maxBodyBytes: 25 * 1024 * 1024 },
  },
  encodedField,
);
