import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * HCP Terraform and Terraform Enterprise, notifications of workspaces.
 *
 * `X-TFE-Notification-Signature` is HMAC-SHA512 of the body in hex.
 *
 * - Secret: the token of the notification configuration; without one nothing is signed.
 * - Type: the trigger, such as `run:completed`. The delivery that verifies the configuration has `verification`. Notifications of assessments
 *   (`payload_version` 2) have theirs in `event.body.trigger`, and no `event.type`.
 * - Dedup: `content`.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations
 */
export const terraformCloud: Provider = preset(
  {
    name: "terraform-cloud",
    docs: "https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations",
    signature: { header: "X-TFE-Notification-Signature", algorithm: "sha512", encoding: "hex" },
    type: { body: "/notifications/0/trigger" },
    dedup: "content",
  },
  otherHmac,
);
