import type { Provider } from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { PUBLISHED_BY_OTHERS } from "./published-by-others.ts";

/** A signed delivery that somebody else shows: a provider, in its documentation or the tests of its library, or {@link PUBLISHED_BY_OTHERS a third party}. */
export interface PublishedAnswer {
  readonly provider: Provider<object>;
  readonly source: string;
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly method?: string;
  readonly url?: string;
  /** The time at which it is fresh; missing where none is checked. */
  readonly nowSeconds?: number;
}

export const PUBLISHED: readonly PublishedAnswer[] = [
  {
    provider: presets.standardWebhooks,
    source:
      "github.com/standard-webhooks/standard-webhooks libraries/javascript/src/webhook.test.ts",
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    body: `{"test": 2432232314}`,
    nowSeconds: 1_614_265_330,
  },
  {
    provider: presets.svix,
    source: "github.com/svix/svix-webhooks javascript/src/webhook.test.ts",
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    headers: {
      "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "svix-timestamp": "1614265330",
      "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    body: `{"test": 2432232314}`,
    nowSeconds: 1_614_265_330,
  },
  {
    provider: presets.github,
    source: "docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
    secret: "It's a Secret to Everybody",
    headers: {
      "X-Hub-Signature-256":
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    },
    body: "Hello, World!",
  },
  {
    provider: presets.slack,
    source: "docs.slack.dev/authentication/verifying-requests-from-slack/",
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Slack-Request-Timestamp": "1531420618",
      "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    },
    body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    nowSeconds: 1_531_420_618,
  },
  {
    provider: presets.paddle,
    source:
      "github.com/PaddleHQ/paddle-node-sdk src/__tests__/notifications/webhooks-validator.node.test.ts",
    secret: "VALID_SECRET",
    headers: {
      "Paddle-Signature":
        "ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9",
    },
    body: `{"data": ["1", "2"]}`,
    nowSeconds: 1_698_796_800,
  },
  {
    provider: presets.line,
    source: "github.com/line/line-bot-sdk-nodejs test/validate-signature.spec.ts",
    secret: "test_secret",
    headers: { "x-line-signature": "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM=" },
    body: `{"hello":"world"}`,
  },
  {
    provider: presets.shopify,
    source:
      "github.com/Shopify/shopify-app-js packages/apps/shopify-api/lib/webhooks/__tests__/validate.test.ts",
    secret: "test_secret_key",
    headers: { "X-Shopify-Hmac-Sha256": "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=" },
    body: `{"foo": "bar"}`,
  },
  {
    provider: presets.square,
    source: "github.com/square/square-nodejs-sdk tests/integration/webhooks.test.ts",
    secret: "Ibxx_5AKakO-3qeNVR61Dw",
    headers: { "x-square-hmacsha256-signature": "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=" },
    url: "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9",
    body: `{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}`,
  },
  {
    provider: presets.sanity,
    source: "github.com/sanity-io/webhook-toolkit test/signature.test.ts",
    secret: "test",
    headers: {
      "sanity-webhook-signature": "t=1633519811129,v1=tLa470fx7qkLLEcMOcEUFuBbRSkGujyskxrNXcoh0N0",
    },
    body: `{"_id":"resume"}`,
  },
  {
    provider: presets.hubspotV3,
    source: "github.com/HubSpot/hubspot-api-python tests/spec/utils/test_signature.py",
    secret: "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
    headers: {
      "X-HubSpot-Signature-v3": "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=",
      "X-HubSpot-Request-Timestamp": "1693657560000",
    },
    method: "POST",
    url: "https://www.example.com/webhook_uri",
    body: `{'example_field':'example_value'}`,
    nowSeconds: 1_693_657_560,
  },
  {
    provider: presets.mux,
    source: "github.com/muxinc/mux-elixir test/mux/webhooks_test.exs",
    secret: "SuperSecret123",
    headers: {
      "Mux-Signature":
        "t=1565125718,v1=854ece4c22acef7c66b57d4e504153bc512595e8e9c772ece2a68150548c19a7",
    },
    body: `{"test":"body"}`,
    nowSeconds: 1_565_125_718,
  },
  {
    provider: presets.circleci,
    source: "circleci.com/docs/guides/integration/outbound-webhooks/",
    secret: "secret",
    headers: {
      "circleci-signature": "v1=734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a",
    },
    body: "hello world",
  },
  {
    provider: presets.box,
    source:
      "https://developer.box.com/guides/webhooks/v2/signatures-v2/ (also in the tests of box-node-sdk)",
    secret: "SamplePrimaryKey",
    nowSeconds: 1577862300,
    headers: {
      "box-delivery-id": "f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f",
      "box-delivery-timestamp": "2020-01-01T00:00:00-07:00",
      "box-signature-algorithm": "HmacSHA256",
      "box-signature-primary": "6TfeAW3A1PASkgboxxA5yqHNKOwFyMWuEXny/FPD5hI=",
      "box-signature-secondary": "v+1CD1Jdo3muIcbpv5lxxgPglOqMfsNHPV899xWYydo=",
      "box-signature-version": "1",
    },
    body: '{"type":"webhook_event","webhook":{"id":"1234567890"},"trigger":"FILE.UPLOADED","source":{"id":"1234567890","type":"file","name":"Test.txt"}}',
  },
  {
    provider: presets.bitbucket,
    source: "support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
    secret: "It's a Secret to Everybody",
    headers: {
      "X-Hub-Signature": "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9",
    },
    body: "Hello World!",
  },
  {
    provider: presets.razorpay,
    source: "github.com/razorpay/razorpay-python tests/test_client_utility.py",
    secret: "key_secret",
    headers: {
      "X-Razorpay-Signature": "d60e67fd884556c045e9be7dad57903e33efc7172c17c6e3ef77db42d2b366e9",
    },
    body: '{\n  "event": "payment.authorized",\n  "entity": "event",\n  "contains": [\n    "payment"\n  ],\n  "payload": {\n    "payment": {\n      "entity": {\n        "id": "pay_6koWN7bvxujzxM",\n        "entity": "payment",\n        "amount": 1000000,\n        "currency": "INR",\n        "status": "captured",\n        "order_id": "order_100000000order",\n        "international": false,\n        "method": "card",\n        "amount_refunded": 0,\n        "refund_status": null,\n        "captured": true,\n        "description": "random description",\n        "card_id": "card_6koWNAT6LASUqy",\n        "bank": null,\n        "wallet": null,\n        "vpa": null,\n        "email": "a@b.com",\n        "contact": "+919999999999",\n        "notes": {\n          "merchant_order_id": "random order id"\n        },\n        "fee": 23000,\n        "service_tax": 3000,\n        "error_code": null,\n        "error_description": null,\n        "created_at": 1479978483\n      }\n    }\n  },\n  "created_at": 1400826760\n}\n',
  },
  {
    provider: presets.dropboxSign,
    source: "github.com/hellosign/dropbox-sign-node examples/EventCallbackExample.ts",
    secret: "324e3b0840f065eb51f3fd63231d0d33daa35d4ed10d27718839e81737065782",
    headers: { "Content-Type": "multipart/form-data; boundary=bound" },
    body: `--bound\r
Content-Disposition: form-data; name="json"\r
\r
{"event":{"event_type":"account_confirmed","event_time":"1669926463","event_hash":"ff8b03439122f9160500c3fb855bdee5a9ccba5fff27d3b258745d8f3074832f"}}\r
--bound--\r
`,
  },
  {
    provider: presets.braintree,
    // Its library shows no signed notification, but a signed challenge, which is signed alike.
    source:
      "github.com/braintree/braintree_node test/unit/braintree/webhook_notification_gateway_spec.js",
    secret: "integration_private_key",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "bt_signature=integration_public_key%7Cd9b899556c966b3f06945ec21311865d35df3ce4&bt_payload=20f9f8ed05f77439fe955c977e4c8a53",
  },
  {
    provider: presets.cloudinary,
    // It signs the time 7952342400000, of which the first three digits are put to the body here: what is signed is the same.
    source: "github.com/cloudinary/cloudinary_npm test/utils/utils_spec.js",
    secret: "hardcoded",
    headers: {
      "X-Cld-Timestamp": "2342400000",
      "X-Cld-Signature": "6c5a29fd8815772fbac2f10ae741e093d0859313947ef8fadeb29126ded6649c",
    },
    body: `{"public_id":"b8sjhoslj8cq8ovoa0ma","version":"1555337587","width":1000,"height":800}795`,
    nowSeconds: 2_342_400_000,
  },
  ...PUBLISHED_BY_OTHERS,
];
