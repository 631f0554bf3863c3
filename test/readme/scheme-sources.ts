/** What a preset's scheme was checked against, beside the page in its `docs`. */
export interface SchemeSource {
  /** A repository or page; undefined where only the page in `docs` could be read. */
  readonly source?: string;
  /** Whether a third party wrote it, or what it leaves open. */
  readonly note?: string;
}

const github = (path: string, note?: string): SchemeSource => ({
  source: `https://github.com/${path}`,
  ...(note !== undefined && { note }),
});
const BY_OTHERS = "a third party's";

/** By the name of the export. What is not here was taken from the page in `docs` alone, when its preset was written. */
export const SCHEME_SOURCES: Readonly<Record<string, SchemeSource>> = {
  asana: github("Asana/devrel-examples/blob/master/javascript/webhooks-nodejs/index.js"),
  auth0: github("auth0/docs-v2/blob/main/main/docs/customize/log-streams/custom-log-streams.mdx"),
  box: github("box/box-node-sdk/blob/main/docs/webhooks.md"),
  braintree: github(
    "braintree/braintree_node/blob/master/lib/braintree/webhook_notification_gateway.js",
  ),
  chargebee: { source: "https://www.chargebee.com/docs/webhook_settings.html" },
  cloudinary: github("cloudinary/cloudinary_npm/blob/master/lib/utils/index.js"),
  docusign: github("docusign/code-examples-php/blob/master/src/ConnectWebhookHMACValidation.php"),
  dropboxSign: github("hellosign/dropbox-sign-node/blob/main/model/eventCallbackHelper.ts"),
  flutterwave: github(
    "Flutterwave/Flutterwave-WooCommerce/blob/master/includes/class-flutterwave-gateway.php",
  ),
  flutterwaveV4: github(
    "teesofttech/PayBridge/pull/111",
    "a third party's, after the page, of which only the beginning could be read again; some take the signature for hex",
  ),
  gitea: github("go-playground/webhooks/blob/master/gitea/gitea.go", BY_OTHERS),
  gogs: github("go-playground/webhooks/blob/master/gogs/gogs.go", BY_OTHERS),
  helpScout: github("helpscout/helpscout-api-php/blob/master/src/Webhooks/IncomingWebhook.php"),
  mailgun: github("mailgun/mailgun-go/blob/main/webhooks.go"),
  mandrill: github("anymail/django-anymail/blob/main/anymail/webhooks/mandrill.py", BY_OTHERS),
  mercadoPago: github("mercadopago/sdk-nodejs/blob/master/src/utils/webhook/index.ts"),
  mollie: github("mollie/mollie-api-php/blob/main/src/Webhooks/SignatureValidator.php"),
  okta: github(
    "okta/okta-developer-docs/blob/master/packages/@okta/vuepress-site/docs/concepts/event-hooks/index.md",
  ),
  pandadoc: { note: "the page, read again" },
  patreon: github("Patreon/platform-documentation/blob/master/source/includes/_webhooks_v2.md"),
  paymob: { note: "the page, read again: our known answer signs the text that it shows" },
  paystack: github(
    "digikraaft/laravel-paystack-webhooks/blob/master/src/Http/Middleware/VerifyWebhookSignature.php",
    BY_OTHERS,
  ),
  postmark: { note: "the page, read again" },
  razorpay: github("razorpay/razorpay-node/blob/master/lib/utils/razorpay-utils.js"),
  segment: github(
    "segmentio/action-destinations/blob/main/packages/destination-actions/src/destinations/webhook/index.ts",
  ),
  telnyx: github("team-telnyx/telnyx-node/blob/master/src/lib/webhooks.ts"),
  terraformCloud: {
    source:
      "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications",
    note: "says that the token signs; the header and algorithm are from the page in its docs",
  },
  trello: github("n8n-io/n8n/pull/29252", BY_OTHERS),
  twilio: github("twilio/twilio-node/blob/main/src/webhooks/webhooks.ts"),
  vercel: github(
    "hookdeck/webhook-skills/blob/main/skills/vercel-webhooks/references/verification.md",
    BY_OTHERS,
  ),
  webex: github("valgaze/speedybot-mini/blob/main/docs/webhooks.md", BY_OTHERS),
  xTwitter: github("frain-dev/convoy/blob/main/pkg/verifier/verifier.go", BY_OTHERS),
  xero: github("XeroAPI/Xero-NetStandard-Webhooks-Receiver"),
  zoom: github("zoom/webhook-sample/blob/master/index.js"),
};
