/** What a provider documents of its deliveries, beside what its preset says as data. */
export interface DeliveryFacts {
  /** The page where it was looked up; undefined where no page could be read that says anything. */
  readonly source?: string;
  /** `2xx`, where the source says that every 2xx counts. Single statuses are in the preset. */
  readonly success?: "2xx";
  /** What disables an endpoint; undefined where the source does not say. */
  readonly disabledBy?: string;
  /** What else a reader should know. */
  readonly note?: string;
}

/** By the name of the export. What is not here was not looked up again. */
export const DELIVERY_FACTS: Readonly<Record<string, DeliveryFacts>> = {
  adyen: {
    source: "https://docs.adyen.com/development-resources/webhooks/troubleshoot",
    success: "2xx",
    note: "A failed delivery holds back all later ones to the endpoint.",
  },
  adyenPlatform: {
    source: "https://docs.adyen.com/development-resources/webhooks/troubleshoot",
    success: "2xx",
    note: "A failed delivery holds back all later ones to the endpoint.",
  },
  asana: {
    source: "https://developers.asana.com/docs/webhooks-guide",
    note: '"A successful HTTP status code" counts.',
  },
  box: { source: "https://box.dev/en/guides/webhooks/handle/retries/", success: "2xx" },
  calendly: {
    source:
      "https://community.calendly.com/developer-faq-62/why-am-i-not-receiving-webhook-data-how-does-a-webhook-become-disabled-548",
    success: "2xx",
    disabledBy: "24 hours in which nothing could be delivered; the subscription must be made anew",
  },
  chargebee: {
    source:
      "https://chargebee.com/docs/1.0/site-configuration/articles-and-faq/how-would-i-know-if-the-configured-webhook-url-in-my-chargebee-site-is-failing.html",
    note: "Up to seven retries, with growing pauses. It has a deadline, whose length could not be read.",
  },
  discord: {
    source: "https://discord.mintlify.app/developers/docs/events/webhook-events",
    note: "A ping of webhook events wants 204, an interaction 200 with a body.",
  },
  dropbox: { source: "https://www.dropbox.com/developers/reference/webhooks" },
  auth0: {
    source: "https://auth0.com/docs/customize/log-streams/check-log-stream-health",
    disabledBy: "successive errors; the number is not documented",
  },
  cloudinary: {},
  docusign: {},
  dropboxSign: {
    source: "https://developers.hellosign.com/api/manual-reference-pages/glossary/callbacks-events",
    note: "Only an answer with the text `Hello API Event Received` counts.",
  },
  flutterwave: {},
  flutterwaveV4: {},
  helpScout: {},
  github: {
    source: "https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries",
    note: "Failed deliveries can be sent again by hand, or by a script with its API.",
  },
  gitlab: {
    source:
      "https://hookdeck.com/webhooks/platforms/how-to-solve-gitlab-automatic-webhook-disabling",
    success: "2xx",
    disabledBy: "4 failures in a row, for a minute and then longer; 40 in a row, for good",
    note: "By a third party, after GitLab's documentation.",
  },
  gitlabSigningToken: {
    source:
      "https://hookdeck.com/webhooks/platforms/how-to-solve-gitlab-automatic-webhook-disabling",
    success: "2xx",
    disabledBy: "4 failures in a row, for a minute and then longer; 40 in a row, for good",
    note: "By a third party, after GitLab's documentation.",
  },
  hubspotV3: {
    source: "https://community.hubspot.com/t5/APIs-Integrations/Webhooks-response/td-p/277558",
    success: "2xx",
    note: "400, 401, 403, 404 and 405 are not retried. By HubSpot's staff, of an older version.",
  },
  intercom: {
    source: "https://developers.intercom.com/docs/webhooks/webhook-notifications",
    disabledBy:
      "1000 errors in a row within 15 minutes, for 15 minutes; errors for seven days, until it is set live again (private apps)",
  },
  lemonsqueezy: { source: "https://docs.lemonsqueezy.com/help/webhooks/webhook-requests" },
  line: {
    source: "https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics",
    success: "2xx",
    note: "It sends again only where redelivery is switched on for the channel.",
  },
  linear: { source: "https://developers.linear.app/docs/graphql/webhooks" },
  mailgun: {
    source: "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries",
    note: "406 is taken for a refusal and not retried.",
  },
  mailchimp: {},
  mandrill: {},
  mercadoPago: {},
  meta: {},
  mollie: {},
  notion: {},
  okta: {
    source: "https://developer.okta.com/docs/concepts/event-hooks/",
    note: "One retry at most, after a 5xx; a 4xx is not retried. The answer should have no body.",
  },
  openai: {
    source:
      "https://hookdeck.com/webhooks/platforms/guide-to-openai-webhooks-features-and-best-practices",
    success: "2xx",
    note: "By a third party.",
  },
  paddle: { source: "https://developer.paddle.com/webhooks/respond-to-webhooks" },
  pagerduty: {},
  pandadoc: { source: "https://developers.pandadoc.com/docs/webhook-debugging" },
  para: {
    source:
      "https://github.com/Erudika/para/blob/master/para-core/src/main/java/com/erudika/para/core/queue/River.java",
    disabledBy:
      "10 failures within ten minutes (`max_failed_webhook_attempts`), which successes do not reset",
    note: "From its source. 190 to 210 count as success. Its guide speaks of retries; the source has none, and no deadline.",
  },
  paradym: {
    source: "https://api.paradym.id/docs/",
    note: 'From the page "Use Webhooks". What disables an endpoint is not documented.',
  },
  parra: { note: "Its reference says nothing of deadline, retries or statuses." },
  patreon: {
    source: "https://docs.patreon.com/#webhooks",
    note: "Events that could not be delivered come together with the next attempt.",
  },
  paypal: {},
  paystack: {},
  polar: {
    source: "https://polar.sh/docs/integrate/webhooks/delivery",
    success: "2xx",
    disabledBy: "10 failed deliveries in a row",
    note: "Older pages give a deadline of 20 s.",
  },
  postmark: {
    source:
      "https://postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark",
    note: "Documented of inbound messages. 403 ends the retries.",
  },
  razorpay: {
    source: "https://razorpay.com/docs/webhooks/best-practices/",
    success: "2xx",
    disabledBy: "24 hours of failures",
  },
  segment: {
    source: "https://www.twilio.com/docs/segment/connections/destinations/catalog/webhooks",
    note: "From the page of the classic webhooks. Timeouts and 5xx are retried.",
  },
  sendgrid: {},
  shopify: {
    source: "https://community.shopify.dev/t/webhooks-retry-after-an-error/24625",
    success: "2xx",
    disabledBy: "8 failures in a row: the subscription is deleted (made by the Admin API)",
    note: "By Shopify's staff.",
  },
  slack: {
    source:
      "https://tightknit.notion.site/Tightknit-Slack-Events-Outage-14b7c3bdb38180d19bd9fcce79c56752",
    disabledBy: "an hour with 1000 events or more of which fewer than 5 % were answered",
    note: "Slack's support, quoted by a third party.",
  },
  square: {
    source: "https://developer.squareup.com/docs/webhooks/step4manage",
    success: "2xx",
    disabledBy: "three weeks without a single 2xx",
    note: "Some of its pages say that it retries for 72 hours.",
  },
  standardWebhooks: {
    source:
      "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    success: "2xx",
    note: "Deadline and retries are each sender's own. 410 asks the sender to disable the endpoint.",
  },
  stripe: {
    source:
      "https://dev.to/shannonllc/stripe-webhooks-retries-ordering-duplicates-timeouts-and-ips-46f0",
    success: "2xx",
    disabledBy: "days of failures; the number is not documented",
    note: "By a third party, with a link to Stripe's page for each fact. The deadline is not documented.",
  },
  svix: {
    source: "https://docs.svix.com/retries",
    success: "2xx",
    disabledBy: "5 days in which all attempts failed; can be switched off",
  },
  telnyx: {
    source: "https://developers.telnyx.com/docs/voice/programmable-voice/voice-api-webhooks",
    note: "Deadline and second URL are set for each connection.",
  },
  terraformCloud: {},
  trello: {},
  twilio: { source: "https://www.twilio.com/docs/api/errors/11205" },
  twitchEventsub: {},
  typeform: {
    source: "https://typeform.com/developers/webhooks",
    success: "2xx",
    disabledBy: "one 404 or 410",
  },
  vercel: {},
  webex: {},
  webflow: {
    source: "https://developers.webflow.com/data/reference/error-handling",
    disabledBy: "repeated failures; the number is not documented",
  },
  woocommerce: {
    source: "https://hooks.wbcomdesigns.com/reference/classes/wc_webhook/failed_delivery",
    success: "2xx",
    disabledBy: "more than 5 failures in a row (`woocommerce_max_webhook_delivery_failures`)",
    note: "From its source. 301 and 302 count as success as well.",
  },
  xero: {
    source: "https://developer.xero.com/documentation/webhooks/configuring-your-server",
    disabledBy: "24 hours of failures",
    note: "No body and no cookies in the answer.",
  },
  zendesk: {
    source: "https://alboz.eu/insights/master-webhooks-maximize-stability-performance",
    disabledBy: "70 % or more than 1000 errors within five minutes, for a short time",
    note: "By a third party.",
  },
  zoom: {
    source: "https://devsupport.zoom.us/hc/en-us/articles/360059893812-Webhook-delays",
    note: "It speaks of 200 and 204 first, and of any 2xx for retries.",
  },
};
