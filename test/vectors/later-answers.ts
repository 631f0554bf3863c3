import * as presets from "@countersign/core/providers";
import type { KnownAnswer } from "./known-answers.ts";

/** Known answers of the presets that sign otherwise than by HMAC-SHA256 in a header; "openssl" means what it does in `known-answers.ts`. */
export const LATER_ANSWERS: readonly KnownAnswer[] = [
  {
    provider: presets.vercel,
    source: "openssl",
    secret: "vercel-webhook-secret-1",
    nowSeconds: 1763780420,
    headers: { "x-vercel-signature": "f90c46c764ef61a68a8607938d5ffe02a1f896e7" },
    body: '{"id":"hook_evt_1","type":"deployment.created","createdAt":1763780399000,"region":"sfo1","payload":{"deployment":{"id":"dpl_1"}}}',
    otherBody:
      '{"id":"hook_evt_1","type":"deployment.created","createdAt":1763780399000,"region":"sfo1","payload":{"deployment":{"id":"dpl_2"}}}',
    signedHeaders: [],
    event: { id: "hook_evt_1", type: "deployment.created" },
  },
  {
    provider: presets.vercelLogDrains,
    source: "openssl",
    secret: "vercel-drain-secret-1",
    nowSeconds: 1763780420,
    headers: { "x-vercel-signature": "41210751efc6f4efb4d3b7018f492834182dd48e" },
    body: '{"id":"1","message":"Größe","timestamp":1763780399000}\n{"id":"2","message":"b"}',
    signedHeaders: [],
    parsed: '{"id":"1","message":"Größe","timestamp":1763780399000}\n{"id":"2","message":"b"}',
  },
  {
    provider: presets.intercom,
    source: "openssl",
    secret: "intercom-client-secret",
    nowSeconds: 1763780420,
    headers: { "X-Hub-Signature": "sha1=1121e6f6fbba791be3400dac278a39fa99666708" },
    body: '{"type":"notification_event","topic":"conversation.user.created","id":"notif_1a2b","created_at":1763780399,"delivery_attempts":1,"data":{"item":{"id":"123"}}}',
    otherBody:
      '{"type":"notification_event","topic":"conversation.user.created","id":"notif_1a2c","created_at":1763780399,"delivery_attempts":1,"data":{"item":{"id":"123"}}}',
    signedHeaders: [],
    event: { id: "notif_1a2b", type: "conversation.user.created" },
    retryBody:
      '{"type":"notification_event","topic":"conversation.user.created","id":"notif_1a2b","created_at":1763780399,"delivery_attempts":2,"data":{"item":{"id":"123"}}}',
  },
  {
    provider: presets.trello,
    source: "openssl",
    secret: "trello-application-secret",
    nowSeconds: 1763780420,
    headers: { "X-Trello-Webhook": "7BsmHEnAkvr6j6jdyE4QocDaLpY=" },
    body: '{"action":{"id":"51f9424bcd6e040f3c002412","type":"updateCard","date":"2025-11-22T02:59:59.000Z","data":{"card":{"name":"Größe"}}},"model":{"id":"4d5ea62fd76aa1136000000c"}}',
    otherBody:
      '{"action":{"id":"51f9424bcd6e040f3c002413","type":"updateCard","date":"2025-11-22T02:59:59.000Z","data":{"card":{"name":"Größe"}}},"model":{"id":"4d5ea62fd76aa1136000000c"}}',
    signedHeaders: [],
    event: { id: "51f9424bcd6e040f3c002412", type: "updateCard" },
    url: "https://example.com/trello?board=1",
  },
  {
    provider: presets.segment,
    source: "openssl",
    secret: "segment-shared-secret",
    nowSeconds: 1763780420,
    headers: { "X-Signature": "155962b3b80b4192623d8e8fcbe7b05cbd06db35" },
    body: '{"messageId":"ajs-1","type":"track","event":"Order Completed","timestamp":"2025-11-22T02:59:58.000Z","userId":"u1"}',
    otherBody:
      '{"messageId":"ajs-2","type":"track","event":"Order Completed","timestamp":"2025-11-22T02:59:58.000Z","userId":"u1"}',
    signedHeaders: [],
    event: { id: "ajs-1", type: "track" },
  },
  {
    provider: presets.helpScout,
    source: "openssl",
    secret: "help-scout-secret",
    nowSeconds: 1763780420,
    headers: {
      "X-HelpScout-Signature": "KmDrZtW9XIvbWuDi1U60YmBiqrQ=",
      "X-HelpScout-Event": "convo.created",
    },
    body: '{"id":1234567,"number":12,"status":"active","subject":"Größe"}',
    otherBody: '{"id":1234567,"number":13,"status":"active","subject":"Größe"}',
    signedHeaders: [],
    event: { type: "convo.created", unsigned: ["type"] },
  },
  {
    provider: presets.webex,
    source: "openssl",
    secret: "webex-secret-of-the-hook",
    nowSeconds: 1763780420,
    headers: { "X-Spark-Signature": "b87d43c5d29cfa6c0920e9ae7363280dd49bc3bb" },
    body: '{"id":"Y2lzY29-webhook","name":"hook","resource":"messages","event":"created","data":{"id":"Y2lzY29-message"}}',
    signedHeaders: [],
  },
  {
    provider: presets.patreon,
    source: "openssl",
    secret: "patreon-webhook-secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Patreon-Signature": "ccf02d33e8a88cdde608cf6120f65be8",
      "X-Patreon-Event": "members:create",
    },
    body: '{"data":{"id":"1","type":"member","attributes":{"note":"ä"}}}',
    otherBody: '{"data":{"id":"2","type":"member","attributes":{"note":"ä"}}}',
    signedHeaders: [],
    event: { type: "members:create", unsigned: ["type"] },
  },
  {
    provider: presets.paystack,
    source: "openssl",
    secret: "sk_test_0123456789abcdef",
    nowSeconds: 1763780420,
    headers: {
      "x-paystack-signature":
        "dbe638e508470f3b89e265093aef84c77d34ff7de7790cf1dbf789fed0d5277861f75ada5078cfd2aaaec69a48a7086afd92f203f53c07e3ed898ad3d96bfc1c",
    },
    body: '{"event":"charge.success","data":{"id":302961,"reference":"qTPrJoy9Bx","amount":10000,"currency":"NGN"}}',
    otherBody:
      '{"event":"charge.success","data":{"id":302962,"reference":"qTPrJoy9Bx","amount":10000,"currency":"NGN"}}',
    signedHeaders: [],
    event: { type: "charge.success" },
  },
  {
    provider: presets.terraformCloud,
    source: "openssl",
    secret: "terraform-token-of-hook",
    nowSeconds: 1763780420,
    headers: {
      "X-TFE-Notification-Signature":
        "e0f19eb916702f937b09d054a48f95c39725ab552fd533e3b68af141adb85d6c4e717eda362ae58648261417f2bf14ea746ef02312a4bdca7ef61fcf4fb6f637",
    },
    body: '{"payload_version":1,"run_id":"run-FwnENkvDnrpyFC7M","notifications":[{"message":"Run Completed","trigger":"run:completed","run_status":"applied"}]}',
    otherBody:
      '{"payload_version":1,"run_id":"run-2","notifications":[{"message":"Run Completed","trigger":"run:completed","run_status":"applied"}]}',
    signedHeaders: [],
    event: { type: "run:completed" },
  },
  {
    provider: presets.oura,
    source: "openssl",
    secret: "oura-client-secret-123",
    nowSeconds: 1763780420,
    headers: {
      "x-oura-signature": "5E652430B214BE84FA41ADCCACC7CBDBBE8213FDDB04591CC92DD34C4F61DF6A",
      "x-oura-timestamp": "1763780400",
    },
    body: '{"event_type":"update","data_type":"sleep","object_id":"abc","event_time":"2025-11-22T02:59:58+00:00","user_id":"u"}',
    otherBody:
      '{"event_type":"update","data_type":"sleep","object_id":"abd","event_time":"2025-11-22T02:59:58+00:00","user_id":"u"}',
    signedHeaders: ["x-oura-timestamp"],
    event: { type: "update" },
  },
  {
    provider: presets.bridgeApi,
    source: "openssl",
    secret: "bridge-webhook-secret",
    nowSeconds: 1763780420,
    headers: {
      "BridgeApi-Signature": "v1=1303A30B4577BAF556748D821931F275365CC272500C4D1F2693F5B1206BFF0D",
    },
    body: '{"type":"item.refreshed","timestamp":1763780399123,"content":{"item_id":1}}',
    otherBody: '{"type":"item.refreshed","timestamp":1763780399123,"content":{"item_id":2}}',
    signedHeaders: [],
    event: { type: "item.refreshed" },
  },
  {
    provider: presets.pandadoc,
    source: "openssl",
    secret: "pandadoc-shared-key",
    nowSeconds: 1763780420,
    headers: {},
    body: '[{"event":"document_state_changed","data":{"id":"m8k2T2rHYs5P9","status":"document.draft"}}]',
    otherBody:
      '[{"event":"document_state_changed","data":{"id":"m8k2T2rHYs5P8","status":"document.draft"}}]',
    signedHeaders: [],
    url: "https://example.com/hooks?shop=7&signature=3e4d08902cd1e05618fa98041082cc118cef6dcee88bc02d4e623fac39911260",
  },
  {
    provider: presets.mailgun,
    source: "openssl",
    secret: "mailgun-signing-key-1",
    nowSeconds: 1763780420,
    headers: {},
    body: '{"signature":{"timestamp":"1763780400","token":"a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0","signature":"16ce7135e9f21f11457bd51df582127c7d3a11bb3e78ad1bfe1b742ae21ed1b3"},"event-data":{"event":"opened","id":"Ase7i2zsRYeDXztHGENqRA","recipient":"alice@example.com"}}',
    otherBody:
      '{"signature":{"timestamp":"1763780400","token":"a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de1","signature":"16ce7135e9f21f11457bd51df582127c7d3a11bb3e78ad1bfe1b742ae21ed1b3"},"event-data":{"event":"opened","id":"Ase7i2zsRYeDXztHGENqRA","recipient":"alice@example.com"}}',
    signedHeaders: [],
    event: {
      id: "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0",
      type: "opened",
      unsigned: ["type", "body"],
    },
  },
  {
    provider: presets.twilio,
    source: 'Twilio\'s documentation, "Validating requests"',
    secret: "12345",
    nowSeconds: 1763780420,
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
    },
    body: "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212",
    otherBody:
      "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1235&From=%2B12349013030&To=%2B18005551212",
    signedHeaders: [],
    url: "https://mycompany.com/myapp.php?foo=1&bar=2",
    parsed: {
      CallSid: "CA1234567890ABCDE",
      Caller: "+12349013030",
      Digits: "1234",
      From: "+12349013030",
      To: "+18005551212",
    },
  },
  {
    provider: presets.mandrill,
    source: "openssl",
    secret: "mandrill-webhook-key",
    nowSeconds: 1763780420,
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Mandrill-Signature": "+REnka0aGjK8qDoAgOMH1Z1G/NQ=",
    },
    body: "mandrill_events=%5B%7B%22event%22%3A%22send%22%2C%22_id%22%3A%22b2%22%2C%22ts%22%3A1763780399%2C%22msg%22%3A%7B%22email%22%3A%22a%40example.com%22%7D%7D%5D",
    otherBody:
      "mandrill_events=%5B%7B%22event%22%3A%22send%22%2C%22_id%22%3A%22b3%22%2C%22ts%22%3A1763780399%2C%22msg%22%3A%7B%22email%22%3A%22a%40example.com%22%7D%7D%5D",
    signedHeaders: [],
    url: "https://example.com/mandrill",
    parsed: [{ event: "send", _id: "b2", ts: 1763780399, msg: { email: "a@example.com" } }],
    messageOf: (n) => ({
      body: new URLSearchParams({ mandrill_events: `[{"_id":${n}}]` }),
      url: "https://example.com/",
    }),
  },
  {
    provider: presets.adyen,
    source: "Adyen's documentation and libraries",
    secret: "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
    nowSeconds: 1763780420,
    headers: {},
    body: '{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},"amount":{"value":1130,"currency":"EUR"},"pspReference":"7914073381342284","eventCode":"AUTHORISATION","eventDate":"2019-05-06T17:15:34.121+02:00","merchantAccountCode":"TestMerchant","operations":["CANCEL"],"merchantReference":"TestPayment-1407325143704","paymentMethod":"visa","success":"true"}}]}',
    signedHeaders: [],
    event: { id: "7914073381342284", type: "AUTHORISATION", unsigned: ["body"] },
    messageOf: (n) => ({
      body: {
        notificationItems: [
          {
            NotificationRequestItem: {
              amount: { value: n, currency: "EUR" },
              merchantAccountCode: "TestMerchant",
              merchantReference: `payment ${n}`,
              success: "true",
            },
          },
        ],
      },
      id: `psp${n}`,
      type: "AUTHORISATION",
    }),
  },
];
