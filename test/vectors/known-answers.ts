import type { Provider, SignMessage } from "@countersign/core";
import { FURTHER_ANSWERS } from "./further-answers.ts";
import { LATER_ANSWERS } from "./later-answers.ts";
import * as presets from "@countersign/core/providers";

/** A delivery whose signature was made by somebody else. */
export interface KnownAnswer {
  readonly provider: Provider<object>;
  /** Who made the signature. */
  readonly source: string;
  readonly secret: string;
  /** The private key, where {@link secret} is a public one. */
  readonly signingSecret?: string;
  readonly nowSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What `event.rawBody` is, where it is taken out of the body. Default: the body. */
  readonly raw?: string;
  /** Whether what is signed has a frame in the body: a change of that may be told as something else than a mismatch. */
  readonly isFramed?: true;
  /** What `event.body` is. Default: the body's JSON. */
  readonly parsed?: unknown;
  /** Makes the n-th of different events, where the provider signs fields that a body must have. */
  readonly messageOf?: (n: number) => SignMessage;
  readonly method?: string;
  readonly url?: string;
  /** The body of another event; where it is missing, the id in the headers tells events apart. */
  readonly otherBody?: string;
  /** The body of a later attempt, where it is not the same. */
  readonly retryBody?: string;
  /** The headers that the signature covers. */
  readonly signedHeaders: readonly string[];
  /** The part of the signature header that the signature covers. */
  readonly signedPart?: string;
  /** What `verify` says about it; what is not here is undefined, and nothing is unsigned. */
  readonly event?: {
    readonly id?: string;
    readonly type?: string;
    readonly unsigned?: readonly string[];
  };
}

/*
 * "openssl" means: the signed content of the preset's docstring, put together by hand, through
 *   openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf %s "$secret" | xxd -p -c 256) -binary
 * and then `xxd -p -c 256` or `base64` (for base64url `| tr +/ -_ | tr -d =`); secrets in hex, in base64 and behind `whsec_` were
 * decoded first.
 */
export const KNOWN_ANSWERS: readonly KnownAnswer[] = [
  {
    provider: presets.para,
    source: "openssl",
    secret: "Zk3n0dD1f5fQb0yQKZ0k8A==",
    nowSeconds: 1763780420,
    headers: {
      "Content-Type": "application/json",
      "X-Para-Event": "create",
      "X-Webhook-Signature": "YPS4EGIJlx8TkkhoPxM3Demcdpkhe07TRkYzzXGxUAY=",
    },
    body: '{"appid":"app:myapp","items":[{"id":"1234567890","type":"post","name":"Größe + 100% ~ ok"}],"event":"create","timestamp":1763780400123}',
    otherBody:
      '{"appid":"app:myapp","items":[{"id":"1234567890","type":"post","name":"Größe + 100% ~ ok"}],"event":"create","timestamp":1763780400124}',
    signedHeaders: [],
    event: { type: "create" },
  },
  {
    provider: presets.parra,
    source: "openssl",
    secret: "parra-webhook-key",
    nowSeconds: 1763780420,
    headers: {
      "parra-signature": "05496ceccc9685890b11316164f7dc09e57937a482ec8ac57d5726f05697b092",
    },
    body: '{"id":"a056V7R7NmNRjl70","type":"message.updated","payload":{"id":"SIuAFUNKdSYHZF2w","conversation_id":"xgQQXg3hrtjh7AvZ","contact":{"id":"WAz8eIbvDR60rouK","username":"KevinMcCallister"},"message":"I’m traveling with my dad.","reactions":[],"attachments":[],"read_at":705103200,"created_at":692233200,"updated_at":692233200}}',
    otherBody:
      '{"id":"a056V7R7NmNRjl70","type":"message.updated","payload":{"id":"SIuAFUNKdSYHZF2w","conversation_id":"xgQQXg3hrtjh7AvZ","contact":{"id":"WAz8eIbvDR60rouK","username":"KevinMcCallister"},"message":"I’m traveling with my dad.","reactions":[],"attachments":[],"read_at":705103200,"created_at":692233200,"updated_at":692233201}}',
    signedHeaders: [],
    event: { id: "a056V7R7NmNRjl70", type: "message.updated" },
  },
  {
    provider: presets.paradym,
    source: "openssl",
    secret: "paradym-signature-secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Paradym-HMAC-SHA-256": "3e616f09b7823212db5c0f3e849ea3fd63f37054e6c81cb3e2f91c1c8c4eae2d",
    },
    body: '{"webhookId":"webhook-id","webhookPublishedAt":"2025-11-22T02:59:01.000Z","projectId":"project-id","eventType":"workflowExecution.completed","payload":{"workflowId":"workflow-id","workflowExecutionId":"workflow-execution-id"}}',
    otherBody:
      '{"webhookId":"webhook-id","webhookPublishedAt":"2025-11-22T02:59:02.000Z","projectId":"project-id","eventType":"workflowExecution.completed","payload":{"workflowId":"workflow-id","workflowExecutionId":"workflow-execution-id"}}',
    signedHeaders: [],
    event: { type: "workflowExecution.completed" },
  },
  {
    provider: presets.github,
    source: "openssl",
    secret: "a GitHub secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Hub-Signature-256":
        "sha256=6a5fcc253adb5d5656ffd99458d7e786d0f1226a1702ced4f2e90edf3f6ed64c",
      "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      "X-GitHub-Event": "push",
    },
    body: '{"ref":"refs/heads/main","before":"0000000000000000000000000000000000000000","after":"0000000000000000000000000000000000000001","repository":{"id":1296269,"name":"Hello-World","full_name":"octocat/Hello-World","private":false},"commits":[]}',
    otherBody:
      '{"ref":"refs/heads/main","before":"0000000000000000000000000000000000000000","after":"0000000000000000000000000000000000000002","repository":{"id":1296269,"name":"Hello-World","full_name":"octocat/Hello-World","private":false},"commits":[]}',
    signedHeaders: [],
    event: { id: "72d3162e-cc78-11e3-81ab-4c9367dc0958", type: "push", unsigned: ["id", "type"] },
  },
  {
    provider: presets.stripe,
    source: "openssl",
    secret: "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH",
    nowSeconds: 1763780420,
    headers: {
      "Stripe-Signature":
        "t=1763780400,v1=d689347c62bc64e3a72a772b172883664ffc36999c5ed49aee504b9aa05c0766",
    },
    body: '{"id":"evt_1NG8Du2eZvKYlo2CUI79vXW1","object":"event","api_version":"2025-10-29","created":1763780399,"type":"invoice.paid","livemode":false,"pending_webhooks":1,"request":null,"data":{"object":{"id":"in_1MtHbELkdIwHu7ixl4OzzPMv","object":"invoice","amount_paid":1099}}}',
    otherBody:
      '{"id":"evt_1NG8Du2eZvKYlo2CUI79vXW2","object":"event","api_version":"2025-10-29","created":1763780399,"type":"invoice.paid","livemode":false,"pending_webhooks":1,"request":null,"data":{"object":{"id":"in_1MtHbELkdIwHu7ixl4OzzPMv","object":"invoice","amount_paid":1099}}}',
    signedHeaders: [],
    signedPart: "t",
    event: { id: "evt_1NG8Du2eZvKYlo2CUI79vXW1", type: "invoice.paid" },
  },
  {
    provider: presets.standardWebhooks,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,kAY3UpBVXB5hYUFJpTqcZS1roPTs6CxYMmPpVUxwlHA=",
    },
    body: '{"type":"user.created","timestamp":"2025-11-22T02:59:58Z","data":{"id":1}}',
    signedHeaders: ["webhook-id", "webhook-timestamp"],
    event: { id: "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq", type: "user.created" },
  },
  {
    provider: presets.svix,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "svix-id": "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq",
      "svix-timestamp": "1763780400",
      "svix-signature": "v1,aKj1Z7mchHDG109aVUitdwfGifpBKkO8TpljRD1Q1ms=",
    },
    body: '{"type":"user.created","data":{"id":1}}',
    signedHeaders: ["svix-id", "svix-timestamp"],
    event: { id: "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq", type: "user.created" },
  },
  {
    provider: presets.resend,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "svix-id": "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq",
      "svix-timestamp": "1763780400",
      "svix-signature": "v1,vjqSP7ODJK5EZonb2Qhzu4U8AQPjpynR5Qh6k8u6pUI=",
    },
    body: '{"type":"email.delivered","created_at":"2025-11-22T02:59:58.000Z","data":{"email_id":"56761188-7520-42d8-8898-ff6fc54ce618"}}',
    signedHeaders: ["svix-id", "svix-timestamp"],
    event: { id: "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq", type: "email.delivered" },
  },
  {
    provider: presets.openai,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "wh_685342e6c53c8190a1be43f081506c52",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,Ff97sjySmjeNYV5qSnexpHY51G0dB9mggwQWLRPvsYU=",
    },
    body: '{"id":"evt_685343a1381c819085d44c354e1b330e","object":"event","created_at":1763780398,"type":"response.completed","data":{"id":"resp_abc123"}}',
    signedHeaders: ["webhook-id", "webhook-timestamp"],
    event: { id: "wh_685342e6c53c8190a1be43f081506c52", type: "response.completed" },
  },
  {
    provider: presets.replicate,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,4w/6pe9L20KXckV/NFNsD+B9nDyC2aqLazsyEVHTTkw=",
    },
    body: '{"id":"ufawqhfynnddngldkgtslldrkq","status":"succeeded","output":["https://example.com/out.png"]}',
    signedHeaders: ["webhook-id", "webhook-timestamp"],
    event: { id: "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq", type: "succeeded" },
  },
  {
    provider: presets.anthropic,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "event_01ABC",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,aHI0CRhPkfB3wiqf8MDZhdfTotQYIqirg3trbT0hs+g=",
    },
    body: '{"type":"event","id":"event_01ABC","created_at":"2025-11-22T02:59:58Z","data":{"type":"session.status_idled","id":"session_01XYZ"}}',
    signedHeaders: ["webhook-id", "webhook-timestamp"],
    event: { id: "event_01ABC", type: "session.status_idled" },
  },
  {
    provider: presets.polar,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,YJwRiZCQwlfMsZ4qMJpXsfICuAkoYX2+GMxGusUfzq8=",
    },
    body: '{"type":"order.created","timestamp":"2025-11-22T02:59:58Z","data":{"id":"57107b74-8400-4d80-a2fc-54c2b4239cb3"}}',
    signedHeaders: ["webhook-id", "webhook-timestamp"],
    event: { id: "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq", type: "order.created" },
  },
  {
    provider: presets.supabaseAuthHooks,
    source: "openssl",
    secret: "v1,whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,flxFpgKSFb3FG6E3/zTHBoEtXzlko7cfxDFTFLCJRLU=",
    },
    body: '{"user":{"id":"8484b834-f29e-4af2-bf42-80644d154f76"},"email_data":{"token":"305805"}}',
    signedHeaders: ["webhook-id", "webhook-timestamp"],
    event: { id: "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq" },
  },
  {
    provider: presets.gitlabSigningToken,
    source: "openssl",
    secret: "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "f5e5f430-f57b-4e6e-9fac-d9128cd7232f",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,5KBnN/oIyUVpP6GSJ0r734kbbe5ZbEwyxgMW0yhJzPA=",
    },
    body: '{"object_kind":"push","ref":"refs/heads/main","project_id":15}',
    signedHeaders: ["webhook-id", "webhook-timestamp"],
    event: { id: "f5e5f430-f57b-4e6e-9fac-d9128cd7232f", type: "push" },
  },
  {
    provider: presets.meta,
    source: "openssl",
    secret: "meta app secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Hub-Signature-256":
        "sha256=facb81af7c942fc36214c32ca4a066b94e40a26164a3ac1bbc4ed75b8e2626f4",
    },
    body: '{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages","value":{"messages":[{"id":"wamid.1","text":{"body":"gr\\u00fc\\u00dfe"}}]}}]}]}',
    otherBody:
      '{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages","value":{"messages":[{"id":"wamid.2","text":{"body":"gr\\u00fc\\u00dfe"}}]}}]}]}',
    signedHeaders: [],
    event: { type: "whatsapp_business_account" },
  },
  {
    provider: presets.bitbucket,
    source: "openssl",
    secret: "bitbucket secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Hub-Signature": "sha256=a37b3fe6172c7bf43f5ea32641a1c331e75b08404fcb0b853520b938f1260e09",
      "X-Request-UUID": "e5d3a2c1-0000-4000-8000-000000000001",
      "X-Event-Key": "repo:push",
    },
    body: '{"actor":{"display_name":"Emma"},"repository":{"full_name":"team/repo"},"push":{"changes":[{"new":{"target":{"hash":"0000000000000000000000000000000000000001"}}}]}}',
    otherBody:
      '{"actor":{"display_name":"Emma"},"repository":{"full_name":"team/repo"},"push":{"changes":[{"new":{"target":{"hash":"0000000000000000000000000000000000000002"}}}]}}',
    signedHeaders: [],
    event: {
      id: "e5d3a2c1-0000-4000-8000-000000000001",
      type: "repo:push",
      unsigned: ["id", "type"],
    },
  },
  {
    provider: presets.gitea,
    source: "openssl",
    secret: "gitea secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Gitea-Signature": "9389586757301827d7bae119859caa9fcb157455e37b7541bbcada07e3cd2cca",
      "X-Gitea-Delivery": "f6266f16-1bf3-46a5-9ea4-602e06ead473",
      "X-Gitea-Event": "push",
    },
    body: '{"ref":"refs/heads/develop","after":"0000000000000000000000000000000000000001","repository":{"id":140,"name":"webhooks"}}',
    otherBody:
      '{"ref":"refs/heads/develop","after":"0000000000000000000000000000000000000002","repository":{"id":140,"name":"webhooks"}}',
    signedHeaders: [],
    event: { id: "f6266f16-1bf3-46a5-9ea4-602e06ead473", type: "push", unsigned: ["id", "type"] },
  },
  {
    provider: presets.gogs,
    source: "openssl",
    secret: "gogs secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Gogs-Signature": "cf8a151255aa7c66fe536801ab45f78c7943073af097a060227d553f8ae2efa6",
      "X-Gogs-Delivery": "f6266f16-1bf3-46a5-9ea4-602e06ead473",
      "X-Gogs-Event": "push",
    },
    body: '{"ref":"refs/heads/develop","after":"0000000000000000000000000000000000000001","repository":{"id":140,"name":"webhooks"}}',
    otherBody:
      '{"ref":"refs/heads/develop","after":"0000000000000000000000000000000000000002","repository":{"id":140,"name":"webhooks"}}',
    signedHeaders: [],
    event: { id: "f6266f16-1bf3-46a5-9ea4-602e06ead473", type: "push", unsigned: ["id", "type"] },
  },
  {
    provider: presets.slack,
    source: "openssl",
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    nowSeconds: 1763780420,
    headers: {
      "X-Slack-Signature": "v0=a24d12e51038135637d8dff3e4105cab5866e6bd89a46ab668cbe3a2b1022c85",
      "X-Slack-Request-Timestamp": "1763780400",
    },
    body: '{"token":"XXYYZZ","team_id":"T123ABC456","api_app_id":"A123ABC456","event":{"type":"app_mention","user":"U123ABC456","text":"hi"},"type":"event_callback","event_id":"Ev123ABC451","event_time":1763780399}',
    otherBody:
      '{"token":"XXYYZZ","team_id":"T123ABC456","api_app_id":"A123ABC456","event":{"type":"app_mention","user":"U123ABC456","text":"hi"},"type":"event_callback","event_id":"Ev123ABC452","event_time":1763780399}',
    signedHeaders: ["X-Slack-Request-Timestamp"],
    event: { id: "Ev123ABC451", type: "event_callback" },
  },
  {
    provider: presets.zoom,
    source: "openssl",
    secret: "zoom secret token",
    nowSeconds: 1763780420,
    headers: {
      "x-zm-signature": "v0=918ca055e12c1aef14da7e41e37915d0174f56bfa607d5220e821d7f901a42a2",
      "x-zm-request-timestamp": "1763780400",
    },
    body: '{"event":"meeting.started","payload":{"account_id":"abc","object":{"id":"1234567890"}},"event_ts":1763780399001}',
    otherBody:
      '{"event":"meeting.started","payload":{"account_id":"abc","object":{"id":"1234567890"}},"event_ts":1763780399002}',
    signedHeaders: ["x-zm-request-timestamp"],
    event: { type: "meeting.started" },
  },
  {
    provider: presets.paddle,
    source: "openssl",
    secret: "pdl_ntfset_01gkdqs4xajmkjjqbmm9dx7mp1_VkO1eZk",
    nowSeconds: 1763780403,
    headers: {
      "Paddle-Signature":
        "ts=1763780400;h1=e0c69e84dcf7b2dd51f0150d8f5788b841bfdfa0d5469ef7ce567157fe05c868",
    },
    body: '{"event_id":"evt_01hv8x29kz0t586xy6zn1a62n1","event_type":"transaction.completed","occurred_at":"2025-11-22T02:59:58.000Z","notification_id":"ntf_01hv8x2acma2gz7he8kg6s23sa","data":{"id":"txn_01hv8wptq8987qeep44cyrewp9"}}',
    otherBody:
      '{"event_id":"evt_01hv8x29kz0t586xy6zn1a62n2","event_type":"transaction.completed","occurred_at":"2025-11-22T02:59:58.000Z","notification_id":"ntf_01hv8x2acma2gz7he8kg6s23sa","data":{"id":"txn_01hv8wptq8987qeep44cyrewp9"}}',
    retryBody:
      '{"event_id":"evt_01hv8x29kz0t586xy6zn1a62n1","event_type":"transaction.completed","occurred_at":"2025-11-22T02:59:58.000Z","notification_id":"ntf_01hv8x2acma2gz7he8kg6s23sb","data":{"id":"txn_01hv8wptq8987qeep44cyrewp9"}}',
    signedHeaders: [],
    signedPart: "ts",
    event: { id: "evt_01hv8x29kz0t586xy6zn1a62n1", type: "transaction.completed" },
  },
  {
    provider: presets.line,
    source: "openssl",
    secret: "line channel secret",
    nowSeconds: 1763780420,
    headers: { "x-line-signature": "OhzdcUflhj0XnmVzqeLaQ0eRfgbojgp5COytClzNVK4=" },
    body: '{"destination":"xxxxxxxxxx","events":[{"type":"message","message":{"type":"text","id":"444573844083572737","text":"こんにちは"},"timestamp":1763780399000,"source":{"type":"user","userId":"U4af4980629"},"webhookEventId":"01FZ74A0TDDPYRVKNK77XKC3Z1","deliveryContext":{"isRedelivery":false},"mode":"active"}]}',
    otherBody:
      '{"destination":"xxxxxxxxxx","events":[{"type":"message","message":{"type":"text","id":"444573844083572737","text":"こんにちは"},"timestamp":1763780399000,"source":{"type":"user","userId":"U4af4980629"},"webhookEventId":"01FZ74A0TDDPYRVKNK77XKC3Z2","deliveryContext":{"isRedelivery":false},"mode":"active"}]}',
    retryBody:
      '{"destination":"xxxxxxxxxx","events":[{"type":"message","message":{"type":"text","id":"444573844083572737","text":"こんにちは"},"timestamp":1763780399000,"source":{"type":"user","userId":"U4af4980629"},"webhookEventId":"01FZ74A0TDDPYRVKNK77XKC3Z1","deliveryContext":{"isRedelivery":true},"mode":"active"}]}',
    signedHeaders: [],
    event: { id: "01FZ74A0TDDPYRVKNK77XKC3Z1" },
  },
  {
    provider: presets.shopify,
    source: "openssl",
    secret: "hush",
    nowSeconds: 1763780420,
    headers: {
      "X-Shopify-Hmac-Sha256": "v2OYT7hjPd4PJysw87/pCPsLZiTYwgzhdndRz8wNFSE=",
      "X-Shopify-Topic": "orders/create",
      "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
      "X-Shopify-Triggered-At": "2025-11-22T02:59:59.501Z",
    },
    body: '{"id":820982911946154508,"email":"jon@example.com","total_price":"1.00","updated_at":"2025-11-22T02:59:58-05:00"}',
    otherBody:
      '{"id":820982911946154508,"email":"jon@example.com","total_price":"2.00","updated_at":"2025-11-22T02:59:58-05:00"}',
    signedHeaders: [],
    event: {
      id: "98880550-7158-44d4-b7cd-2c97c8a091b5",
      type: "orders/create",
      unsigned: ["id", "type", "timestamp"],
    },
  },
  {
    provider: presets.square,
    source: "openssl",
    secret: "square signature key",
    nowSeconds: 1763780420,
    headers: { "x-square-hmacsha256-signature": "a8Ov8b/8k4IIbkGqrtKHYpqSZLbHfkrxb5NkwMIJH1U=" },
    body: '{"merchant_id":"6SSW7HV8K2ST5","type":"payment.updated","event_id":"6a8f5f28-54a1-4eb0-a98a-3111513fd4f1","created_at":"2025-11-22T02:59:58.277Z","data":{"type":"payment","id":"hYy9pRFVxpDsO1FB05SunFWUe9JZY"}}',
    url: "https://example.com/hooks/square?shop=7",
    otherBody:
      '{"merchant_id":"6SSW7HV8K2ST5","type":"payment.updated","event_id":"6a8f5f28-54a1-4eb0-a98a-3111513fd4f2","created_at":"2025-11-22T02:59:58.277Z","data":{"type":"payment","id":"hYy9pRFVxpDsO1FB05SunFWUe9JZY"}}',
    signedHeaders: [],
    event: { id: "6a8f5f28-54a1-4eb0-a98a-3111513fd4f1", type: "payment.updated" },
  },
  {
    provider: presets.workos,
    source: "openssl",
    secret: "workos secret",
    nowSeconds: 1763780420,
    headers: {
      "WorkOS-Signature":
        "t=1763780400007, v1=8d1d445ba4bec3c02f54aa9855bede20ba66a585e0c67c9df16f9c002b977ada",
    },
    body: '{"id":"event_01E4ZCR3C56J083X43JQXF3JK1","event":"dsync.user.created","data":{"id":"directory_user_01FAEAJCR3ZBZ30D8BD1924TVG"},"created_at":"2025-11-22T02:59:58.000Z"}',
    otherBody:
      '{"id":"event_01E4ZCR3C56J083X43JQXF3JK2","event":"dsync.user.created","data":{"id":"directory_user_01FAEAJCR3ZBZ30D8BD1924TVG"},"created_at":"2025-11-22T02:59:58.000Z"}',
    signedHeaders: [],
    signedPart: "t",
    event: { id: "event_01E4ZCR3C56J083X43JQXF3JK1", type: "dsync.user.created" },
  },
  {
    provider: presets.linear,
    source: "openssl",
    secret: "lin_wh_secret",
    nowSeconds: 1763780420,
    headers: {
      "Linear-Signature": "b303d5268dda9febdf9f6c0f2ba5de24b053e5de1c6149e187d4b3f6e3586145",
      "Linear-Delivery": "234d1a4e-b617-4388-90fe-adc3633d6b72",
    },
    body: '{"action":"create","type":"Comment","createdAt":"2025-11-22T02:59:58.084Z","data":{"id":"2174add1-f7c8-44e3-bbf3-2d60b5ea8bc1"},"webhookTimestamp":1763780400000,"webhookId":"000042e3-d123-4980-b49f-8e140eef9329"}',
    otherBody:
      '{"action":"create","type":"Comment","createdAt":"2025-11-22T02:59:58.084Z","data":{"id":"2174add1-f7c8-44e3-bbf3-2d60b5ea8bc2"},"webhookTimestamp":1763780400000,"webhookId":"000042e3-d123-4980-b49f-8e140eef9329"}',
    signedHeaders: [],
    event: { id: "234d1a4e-b617-4388-90fe-adc3633d6b72", type: "Comment", unsigned: ["id"] },
  },
  {
    provider: presets.sanity,
    source: "openssl",
    secret: "sanity secret",
    nowSeconds: 1763780420,
    headers: {
      "sanity-webhook-signature": "t=1763780400007,v1=ynTrdh9vLnLGimHldGaHnyZPE70wkRBUGAivwvO2SJg",
      "idempotency-key": "Key-1",
      "sanity-operation": "update",
    },
    body: '{"_id":"post-1"}',
    otherBody: '{"_id":"post-2"}',
    signedHeaders: [],
    signedPart: "t",
    event: { id: "Key-1", type: "update", unsigned: ["id", "type"] },
  },
  {
    provider: presets.hubspotV3,
    source: "openssl",
    secret: "hubspot client secret",
    nowSeconds: 1763780420,
    headers: {
      "X-HubSpot-Signature-v3": "Lw74Yuqx74W1POtl1jhXjqFI4EYsRthglEL1fKn2vIQ=",
      "X-HubSpot-Request-Timestamp": "1763780400007",
    },
    body: '[{"eventId":101,"subscriptionId":1184319,"portalId":62515,"appId":54321,"occurredAt":1763780399000,"subscriptionType":"contact.propertyChange","attemptNumber":0,"objectId":1246965}]',
    url: "https://example.com/hooks/hubspot?tenant=7",
    otherBody:
      '[{"eventId":102,"subscriptionId":1184319,"portalId":62515,"appId":54321,"occurredAt":1763780399000,"subscriptionType":"contact.propertyChange","attemptNumber":0,"objectId":1246965}]',
    signedHeaders: ["X-HubSpot-Request-Timestamp"],
    event: { id: "101" },
  },
  {
    provider: presets.mux,
    source: "openssl",
    secret: "mux secret",
    nowSeconds: 1763780420,
    headers: {
      "Mux-Signature":
        "t=1763780400,v1=ff9aba86ed4aacb9c0bd45c4e29059f217729dec021d2d809d1e120821349f94",
    },
    body: '{"type":"video.asset.ready","id":"3a56ac3d-33da-4366-855b-f592d8984091","created_at":"2025-11-22T02:59:58.000000Z","data":{"id":"0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002"},"attempts":[]}',
    otherBody:
      '{"type":"video.asset.ready","id":"3a56ac3d-33da-4366-855b-f592d8984092","created_at":"2025-11-22T02:59:58.000000Z","data":{"id":"0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002"},"attempts":[]}',
    retryBody:
      '{"type":"video.asset.ready","id":"3a56ac3d-33da-4366-855b-f592d8984091","created_at":"2025-11-22T02:59:58.000000Z","data":{"id":"0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002"},"attempts":[{"webhook_id":7}]}',
    signedHeaders: [],
    signedPart: "t",
    event: { id: "3a56ac3d-33da-4366-855b-f592d8984091", type: "video.asset.ready" },
  },
  {
    provider: presets.circleci,
    source: "openssl",
    secret: "circleci secret",
    nowSeconds: 1763780420,
    headers: {
      "circleci-signature": "v1=680d23433063675849e19adb19574482c71f5e13b9bbb756742bb59938472abb",
    },
    body: '{"type":"workflow-completed","id":"3888f21b-eaa7-38e3-8f3d-75a63bba8891","happened_at":"2025-11-22T02:59:58.391Z","workflow":{"status":"success"}}',
    otherBody:
      '{"type":"workflow-completed","id":"3888f21b-eaa7-38e3-8f3d-75a63bba8892","happened_at":"2025-11-22T02:59:58.391Z","workflow":{"status":"success"}}',
    signedHeaders: [],
    event: { id: "3888f21b-eaa7-38e3-8f3d-75a63bba8891", type: "workflow-completed" },
  },
  {
    provider: presets.coinbaseCommerce,
    source: "openssl",
    secret: "30291a20-0bd1-4267-9b0f-e6e7123c0bc0",
    nowSeconds: 1763780420,
    headers: {
      "X-CC-Webhook-Signature": "d4b47bf7f8a6afda7c31fff28c1096db50079ef2e2f9117758249ca31213194a",
    },
    body: '{"attempt_number":1,"event":{"api_version":"2018-03-22","created_at":"2025-11-22T02:59:58Z","data":{"code":"66BEOV2A"},"id":"24934862-d980-46cb-9402-43c81b0cdba1","resource":"event","type":"charge:confirmed"},"id":1,"scheduled_for":"2025-11-22T02:59:59Z"}',
    otherBody:
      '{"attempt_number":1,"event":{"api_version":"2018-03-22","created_at":"2025-11-22T02:59:58Z","data":{"code":"66BEOV2A"},"id":"24934862-d980-46cb-9402-43c81b0cdba2","resource":"event","type":"charge:confirmed"},"id":1,"scheduled_for":"2025-11-22T02:59:59Z"}',
    retryBody:
      '{"attempt_number":2,"event":{"api_version":"2018-03-22","created_at":"2025-11-22T02:59:58Z","data":{"code":"66BEOV2A"},"id":"24934862-d980-46cb-9402-43c81b0cdba1","resource":"event","type":"charge:confirmed"},"id":2,"scheduled_for":"2025-11-22T02:59:59Z"}',
    signedHeaders: [],
    event: { id: "24934862-d980-46cb-9402-43c81b0cdba1", type: "charge:confirmed" },
  },
  {
    provider: presets.mollie,
    source: "openssl",
    secret: "mollie signing secret",
    nowSeconds: 1763780420,
    headers: {
      "X-Mollie-Signature":
        "sha256=2f584fc1b774309f060531e571ff1739cbf4c4d079295a63ccd53dbf3479e205",
    },
    body: '{"resource":"event","id":"event_GvJ8WHrp5isUdRub9CJy1","type":"payment-link.paid","entityId":"pl_qng5gbbv8NAZ5gpM5ZYgx","createdAt":"2025-11-22T02:59:58.0Z"}',
    otherBody:
      '{"resource":"event","id":"event_GvJ8WHrp5isUdRub9CJy2","type":"payment-link.paid","entityId":"pl_qng5gbbv8NAZ5gpM5ZYgx","createdAt":"2025-11-22T02:59:58.0Z"}',
    signedHeaders: [],
    event: { id: "event_GvJ8WHrp5isUdRub9CJy1", type: "payment-link.paid" },
  },
  {
    provider: presets.adyenPlatform,
    source: "openssl",
    secret: "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
    nowSeconds: 1763780430,
    headers: {
      HmacSignature: "1TQklitLUzyaBRCpPJjNRym8Kst5M4YGk88G1c/h8Mg=",
    },
    body: '{"data":{"balancePlatform":"YOUR_BALANCE_PLATFORM","accountHolder":{"id":"AH3227C223222B5CMD2SXFKGT","status":"active"}},"environment":"test","timestamp":"2025-11-22T02:59:58+01:00","type":"balancePlatform.accountHolder.created"}',
    otherBody:
      '{"data":{"balancePlatform":"YOUR_BALANCE_PLATFORM","accountHolder":{"id":"AH3227C223222B5CMD2SXFKGU","status":"active"}},"environment":"test","timestamp":"2025-11-22T02:59:58+01:00","type":"balancePlatform.accountHolder.created"}',
    signedHeaders: [],
    event: { type: "balancePlatform.accountHolder.created" },
  },
  {
    provider: presets.box,
    source: "openssl",
    secret: "box primary key",
    nowSeconds: 1763780430,
    headers: {
      "box-delivery-timestamp": "2025-11-21T19:00:00-08:00",
      "box-signature-algorithm": "HmacSHA256",
      "box-signature-primary": "AeozN+WZoEgq+Ai8pehMHye1I5ovGD5+VCSSnmtnfYc=",
      "box-signature-version": "1",
    },
    body: '{"type":"webhook_event","id":"eb0c4e06-751f-442c-86f8-fd5bb404dbe1","created_at":"2025-11-21T19:00:00-08:00","trigger":"FILE.UPLOADED","webhook":{"id":"1234567890"}}',
    otherBody:
      '{"type":"webhook_event","id":"eb0c4e06-751f-442c-86f8-fd5bb404dbe2","created_at":"2025-11-21T19:00:00-08:00","trigger":"FILE.UPLOADED","webhook":{"id":"1234567890"}}',
    signedHeaders: ["box-delivery-timestamp"],
    event: { id: "eb0c4e06-751f-442c-86f8-fd5bb404dbe1", type: "FILE.UPLOADED" },
  },
  {
    provider: presets.buildkite,
    source: "openssl",
    secret: "309c9c842g8565adecpd7469x6005989",
    nowSeconds: 1763780430,
    headers: {
      "X-Buildkite-Signature":
        "timestamp=1763780400,signature=33dc608b2eb696227e026dda98c3a59980ac790e5cce33a7f994fb03d4b3eb54",
    },
    body: '{"event":"build.finished","build":{"id":"01931c2e-3c4b-4e29-a4e4-2a8b4e9dfd51","number":27,"state":"passed","finished_at":"2025-11-22 02:59:59 UTC"},"pipeline":{"slug":"app"}}',
    otherBody:
      '{"event":"build.finished","build":{"id":"01931c2e-3c4b-4e29-a4e4-2a8b4e9dfd51","number":28,"state":"passed","finished_at":"2025-11-22 02:59:59 UTC"},"pipeline":{"slug":"app"}}',
    signedHeaders: [],
    signedPart: "timestamp",
    event: { type: "build.finished" },
  },
  {
    provider: presets.calcom,
    source: "openssl",
    secret: "calcom secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Cal-Signature-256": "49f8592df6a2d449d9168efca4c5d0e6a737bc93f1f13aaedb7765fbaed5ab0b",
    },
    body: '{"triggerEvent":"BOOKING_CREATED","createdAt":"2025-11-22T02:59:58.000Z","payload":{"uid":"bFJeNb2uX8ANpT3JL5EfXw","title":"30min between Pro Example and John Doe"}}',
    otherBody:
      '{"triggerEvent":"BOOKING_CREATED","createdAt":"2025-11-22T02:59:58.000Z","payload":{"uid":"bFJeNb2vX8ANpT3JL5EfXw","title":"30min between Pro Example and John Doe"}}',
    signedHeaders: [],
    event: { type: "BOOKING_CREATED" },
  },
  {
    provider: presets.calendly,
    source: "openssl",
    secret: "calendly signing key",
    nowSeconds: 1763780430,
    headers: {
      "Calendly-Webhook-Signature":
        "t=1763780400,v1=41cf6445ff55f52fb6ca6696c941a08ab42007c90038236fb148902dc70edcc1",
    },
    body: '{"event":"invitee.created","created_at":"2025-11-22T02:59:58.000000Z","created_by":"https://api.calendly.com/users/AAAAAAAAAAAAAAAA","payload":{"uri":"https://api.calendly.com/scheduled_events/AAAA/invitees/BBBB","email":"test@example.com"}}',
    otherBody:
      '{"event":"invitee.created","created_at":"2025-11-22T02:59:58.000000Z","created_by":"https://api.calendly.com/users/AAAAAAAAAAAAAAAA","payload":{"uri":"https://api.calendly.com/scheduled_events/AAAA/invitees/BBBC","email":"test@example.com"}}',
    signedHeaders: [],
    signedPart: "t",
    event: { type: "invitee.created" },
  },
  {
    provider: presets.cloudflareStream,
    source: "openssl",
    secret: "85011ed3a913c6ad5f9cf6c5573cc0a7",
    nowSeconds: 1763780430,
    headers: {
      "Webhook-Signature":
        "time=1763780400,sig1=197c14ab0eea3f6f17cde5505530ac66a00490e772db73b55ba5a95052ff234c",
    },
    body: '{"uid":"dd5d531a12de0c724bd1275a3b2bc9c6","readyToStream":true,"status":{"state":"ready"},"modified":"2025-11-22T02:59:58.076571Z"}',
    otherBody:
      '{"uid":"dd5d531a12de0c724bd1275a3b2bc9c6","readyToStream":true,"status":{"state":"ready"},"modified":"2025-11-22T02:59:58.076572Z"}',
    signedHeaders: [],
    signedPart: "time",
    event: { type: "ready" },
  },
  {
    provider: presets.cursor,
    source: "openssl",
    secret: "cursor webhook secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Webhook-ID": "wh_1",
      "X-Webhook-Signature":
        "sha256=bd1ab974246f10a58bb97943e5f38e7e5c75b858f130f941d61dbe62887a13df",
    },
    body: '{"event":"statusChange","timestamp":"2025-11-22T02:59:58Z","id":"bc_abc123","status":"FINISHED","target":{"url":"https://cursor.com/agents?id=bc_abc123"}}',
    otherBody:
      '{"event":"statusChange","timestamp":"2025-11-22T02:59:58Z","id":"bc_abc123","status":"ERROR","target":{"url":"https://cursor.com/agents?id=bc_abc123"}}',
    signedHeaders: [],
    event: { id: "wh_1", type: "statusChange", unsigned: ["id"] },
  },
  {
    provider: presets.discourse,
    source:
      "the tests of discourse/discourse: the ping of EmitWebHookEvent with the fabricator's secret",
    secret: "my_lovely_secret_for_web_hook",
    nowSeconds: 1763780430,
    headers: {
      "X-Discourse-Event": "ping",
      "X-Discourse-Event-Id": "1",
      "X-Discourse-Event-Signature":
        "sha256=162f107f6b5022353274eb1a7197885cfd35744d8d08e5bcea025d309386b7d6",
    },
    body: '{"ping":"OK"}',
    otherBody: '{"ping":"KO"}',
    signedHeaders: [],
    event: { id: "1", type: "ping", unsigned: ["id", "type"] },
  },
  {
    provider: presets.docusign,
    source: "openssl",
    secret: "VGhpcyBsb29rcyBsaWtlIGJhc2U2NA==",
    nowSeconds: 1763780430,
    headers: {
      "X-DocuSign-Signature-1": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
      "X-DocuSign-Signature-2": "GXuAr5p1CVJjic0nTiw7kQAZYfm7vy/FhVr9sippKyE=",
    },
    body: '{"event":"envelope-completed","apiVersion":"v2.1","retryCount":0,"generatedDateTime":"2025-11-22T02:59:58.5650000Z","data":{"accountId":"a1","envelopeId":"02a1b6e9-bc9f-4a4f-9a4c-0d4a4a9c8a11"}}',
    otherBody:
      '{"event":"envelope-completed","apiVersion":"v2.1","retryCount":0,"generatedDateTime":"2025-11-22T02:59:58.5650000Z","data":{"accountId":"a1","envelopeId":"02a1b6ea-bc9f-4a4f-9a4c-0d4a4a9c8a11"}}',
    signedHeaders: [],
    event: { type: "envelope-completed" },
  },
  {
    provider: presets.doppler,
    source: "openssl",
    secret: "doppler secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Doppler-Signature":
        "sha256=d49cc047cca8dc78fb10ae2f66dac03a70149bd4ef7c68cd6a461a90d8d0d978",
    },
    body: '{"type":"config.secrets.update","config":{"name":"dev_2","environment":"dev","project":"714faaa5958"},"project":{"id":"714faaa5958","name":"Backend"}}',
    otherBody:
      '{"type":"config.secrets.update","config":{"name":"dev_3","environment":"dev","project":"714faaa5958"},"project":{"id":"714faaa5958","name":"Backend"}}',
    signedHeaders: [],
    event: { type: "config.secrets.update" },
  },
  {
    provider: presets.dropbox,
    source: "openssl",
    secret: "dropbox app secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Dropbox-Signature": "e334e6b32ec372b0941f861261524dc15e7ef9529a5cbfeb71f2d7ef92f071fc",
    },
    body: '{"list_folder":{"accounts":["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]},"delta":{"users":[12345678]}}',
    otherBody:
      '{"list_folder":{"accounts":["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]},"delta":{"users":[12345679]}}',
    signedHeaders: [],
  },
  {
    provider: presets.elevenlabs,
    source: "openssl",
    secret: "wsec_elevenlabs",
    nowSeconds: 1763780430,
    headers: {
      "ElevenLabs-Signature":
        "t=1763780400,v0=59d95b87131468ecbf92eb01080a87ddb76879976824ff228ca535febf2835d1",
    },
    body: '{"type":"post_call_transcription","event_timestamp":1763780398,"data":{"agent_id":"xyz","conversation_id":"abc","status":"done"}}',
    otherBody:
      '{"type":"post_call_transcription","event_timestamp":1763780398,"data":{"agent_id":"xyz","conversation_id":"abd","status":"done"}}',
    signedHeaders: [],
    signedPart: "t",
    event: { type: "post_call_transcription" },
  },
  {
    provider: presets.ghost,
    source: "openssl",
    secret: "ghost secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Ghost-Signature":
        "sha256=a758b5685f9851739830d5bc3bf4cc859fbc163c3f9757cba615cd9378edbe96, t=1763780400000",
    },
    body: '{"post":{"current":{"id":"67447438e61fb200012f48e0","title":"Grüße","status":"published"},"previous":{"status":"draft"}}}',
    otherBody:
      '{"post":{"current":{"id":"67447438e61fb200012f48e1","title":"Grüße","status":"published"},"previous":{"status":"draft"}}}',
    signedHeaders: [],
    signedPart: "t",
  },
  {
    provider: presets.grafanaPlain,
    source: "openssl",
    secret: "grafana secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Grafana-Alerting-Signature":
        "c189b539acb2c660947277329c20cde7f616daf3a606bb6f3c7e92b0933998d2",
    },
    body: '{"receiver":"webhook","status":"firing","alerts":[{"status":"firing","fingerprint":"a9d9ee36ba3cb2b1"}],"title":"[FIRING:1]"}',
    otherBody:
      '{"receiver":"webhook","status":"firing","alerts":[{"status":"firing","fingerprint":"a9d9ee36ba3cb2b2"}],"title":"[FIRING:1]"}',
    signedHeaders: [],
    event: { type: "firing" },
  },
  {
    provider: presets.grafanaTimestamped,
    source: "openssl",
    secret: "grafana secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Grafana-Alerting-Timestamp": "1763780400",
      "X-Grafana-Alerting-Signature":
        "ff290c4fb25b265df88ae1565ab1fffa3ce8f65bac7ae60bc29e0c6f4982c162",
    },
    body: '{"receiver":"webhook","status":"resolved","alerts":[{"status":"resolved","fingerprint":"a9d9ee36ba3cb2b1"}],"title":"[RESOLVED]"}',
    otherBody:
      '{"receiver":"webhook","status":"resolved","alerts":[{"status":"resolved","fingerprint":"a9d9ee36ba3cb2b2"}],"title":"[RESOLVED]"}',
    signedHeaders: ["X-Grafana-Alerting-Timestamp"],
    event: { type: "resolved" },
  },
  {
    provider: presets.heroku,
    source: "openssl",
    secret: "heroku secret",
    nowSeconds: 1763780430,
    headers: {
      "Heroku-Webhook-Hmac-SHA256": "0/DOVDWaX6VO6Ky90kobiL4gQonlrqOGqwIzGCRw820=",
    },
    body: '{"action":"create","id":"7846bee9-b017-4492-9bed-34cd8327e71d","created_at":"2025-11-22T02:59:58Z","resource":"release","webhook_metadata":{"attempt":{"id":"8a44f820-2354-489d-9a11-a793cbf49979"},"event":{"id":"7846bee9-b017-4492-9bed-34cd8327e71d","include":"api:release"}}}',
    otherBody:
      '{"action":"create","id":"7846beea-b017-4492-9bed-34cd8327e71d","created_at":"2025-11-22T02:59:58Z","resource":"release","webhook_metadata":{"attempt":{"id":"8a44f820-2354-489d-9a11-a793cbf49979"},"event":{"id":"7846beea-b017-4492-9bed-34cd8327e71d","include":"api:release"}}}',
    signedHeaders: [],
    event: { id: "7846bee9-b017-4492-9bed-34cd8327e71d", type: "api:release" },
  },
  {
    provider: presets.hookdeck,
    source: "openssl",
    secret: "hookdeck signing secret",
    nowSeconds: 1763780430,
    headers: {
      "x-hookdeck-eventid": "evt_1",
      "x-hookdeck-signature": "yB+ZWNKtzzR4LLBb8M5BbBwK6wUSB3r1ZNOuchFTBag=",
    },
    body: '{"type":"order.created","id":42}',
    otherBody: '{"type":"order.created","id":43}',
    signedHeaders: [],
    event: { id: "evt_1", unsigned: ["id"] },
  },
  {
    provider: presets.lago,
    source: "openssl",
    secret: "lago hmac key",
    nowSeconds: 1763780430,
    headers: {
      "X-Lago-Unique-Key": "f0e2",
      "X-Lago-Signature-Algorithm": "hmac",
      "X-Lago-Signature": "C5rp8YazmFvwTP1e98Su9m6i2AGYqzhX/0o1iuF/Mw8=",
    },
    body: '{"webhook_type":"invoice.created","object_type":"invoice","invoice":{"lago_id":"5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba","sequential_id":2}}',
    otherBody:
      '{"webhook_type":"invoice.created","object_type":"invoice","invoice":{"lago_id":"5eb02858-a71e-4ea2-bcf9-57d3a41bc6ba","sequential_id":2}}',
    signedHeaders: [],
    event: { id: "f0e2", type: "invoice.created", unsigned: ["id"] },
  },
  {
    provider: presets.lemonsqueezy,
    source: "openssl",
    secret: "lemon secret",
    nowSeconds: 1763780430,
    headers: {
      "X-Signature": "60f7cec3039476fe0872ca106103904939679ed4be31c268a9ddd77bd1bb6ebe",
    },
    body: '{"meta":{"event_name":"order_created","webhook_id":"0ad2fbdb-9a1c-4a39-9a5e-0b1b4f6c1a11","test_mode":true},"data":{"type":"orders","id":"1","attributes":{"order_number":1}}}',
    otherBody:
      '{"meta":{"event_name":"order_created","webhook_id":"0ad2fbdb-9a1c-4a39-9a5e-0b1b4f6c1a11","test_mode":true},"data":{"type":"orders","id":"2","attributes":{"order_number":1}}}',
    signedHeaders: [],
    event: { id: "0ad2fbdb-9a1c-4a39-9a5e-0b1b4f6c1a11", type: "order_created" },
  },
  {
    provider: presets.msTeamsOutgoing,
    source: "openssl; the key is the one of OfficeDev/microsoft-teams-sample-outgoing-webhook",
    secret: "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=",
    nowSeconds: 1763780430,
    headers: {
      Authorization: "HMAC Kbb9PGR+/HCS1ompVQypoFFIBoeAucdr2P2FpkE/62g=",
    },
    body: '{"type":"message","id":"1700000000123","timestamp":"2023-11-14T22:13:20.123Z","text":"<at>Bot</at> hi"}',
    otherBody:
      '{"type":"message","id":"1700000000123","timestamp":"2023-11-14T22:13:20.123Z","text":"<at>Bot</at> ho"}',
    signedHeaders: [],
    event: { id: "1700000000123", type: "message" },
  },
  {
    provider: presets.notion,
    source: "openssl",
    secret: "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl",
    nowSeconds: 1763780430,
    headers: {
      "X-Notion-Signature":
        "sha256=62ea893ff4a9988044c4aef9d5d57773878488f138a36d9d1a135f5936465b81",
    },
    body: '{"id":"367cba44-b6f3-4c92-81e7-6a2e9659efd4","timestamp":"2025-11-22T02:59:58.000Z","type":"page.created","entity":{"id":"153104cd-477e-809d-8dc4-ff2d96ae3090","type":"page"},"attempt_number":1}',
    otherBody:
      '{"id":"367cba45-b6f3-4c92-81e7-6a2e9659efd4","timestamp":"2025-11-22T02:59:58.000Z","type":"page.created","entity":{"id":"153104cd-477e-809d-8dc4-ff2d96ae3090","type":"page"},"attempt_number":1}',
    signedHeaders: [],
    event: { id: "367cba44-b6f3-4c92-81e7-6a2e9659efd4", type: "page.created" },
  },
  {
    provider: presets.pagerduty,
    source: "the tests of PagerDuty/go-pagerduty, webhookv3",
    secret: "lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK",
    nowSeconds: 1763780430,
    headers: {
      "X-PagerDuty-Signature":
        "v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd",
    },
    body: '{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCMK","event_type":"incident.priority_updated","resource_type":"incident","occurred_at":"2021-04-26T17:36:27.458Z","agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer","type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident","self":"https://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,"status":"triggered","title":"A little bump in the road","service":{"html_url":"https://acme.pagerduty.com/services/PF9KMXH","id":"PF9KMXH","self":"https://api.pagerduty.com/services/PF9KMXH","summary":"API Service","type":"service_reference"},"assignees":[{"html_url":"https://acme.pagerduty.com/users/PTUXL6G","id":"PTUXL6G","self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User 123","type":"user_reference"}],"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalation_policies/PUS0KTE","id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE","summary":"Default","type":"escalation_policy_reference"},"teams":[{"html_url":"https://acme.pagerduty.com/teams/PFCVPS0","id":"PFCVPS0","self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engineering","type":"team_reference"}],"priority":{"html_url":"https://acme.pagerduty.com/account/incident_priorities","id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1","type":"priority_reference"},"urgency":"high","conference_bridge":{"conference_number":1000,"conference_url":"https://example.com"},"resolve_reason":null}}}',
    otherBody:
      '{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCML","event_type":"incident.priority_updated","resource_type":"incident","occurred_at":"2021-04-26T17:36:27.458Z","agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer","type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident","self":"https://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,"status":"triggered","title":"A little bump in the road","service":{"html_url":"https://acme.pagerduty.com/services/PF9KMXH","id":"PF9KMXH","self":"https://api.pagerduty.com/services/PF9KMXH","summary":"API Service","type":"service_reference"},"assignees":[{"html_url":"https://acme.pagerduty.com/users/PTUXL6G","id":"PTUXL6G","self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User 123","type":"user_reference"}],"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalation_policies/PUS0KTE","id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE","summary":"Default","type":"escalation_policy_reference"},"teams":[{"html_url":"https://acme.pagerduty.com/teams/PFCVPS0","id":"PFCVPS0","self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engineering","type":"team_reference"}],"priority":{"html_url":"https://acme.pagerduty.com/account/incident_priorities","id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1","type":"priority_reference"},"urgency":"high","conference_bridge":{"conference_number":1000,"conference_url":"https://example.com"},"resolve_reason":null}}}',
    signedHeaders: [],
    event: { id: "01BWDWL3NYY7LUFPZCC28QUCMK", type: "incident.priority_updated" },
  },
  {
    provider: presets.razorpay,
    source: "openssl",
    secret: "razorpay secret",
    nowSeconds: 1763780430,
    headers: {
      "x-razorpay-event-id": "evt_1",
      "X-Razorpay-Signature": "0dbb88b2b393982846128b48f1de909781ee17314f600ea3783b206fc4da8fcd",
    },
    body: '{"entity":"event","account_id":"acc_BFQ7uQEaa7j2z7","event":"payment.captured","contains":["payment"],"payload":{"payment":{"entity":{"id":"pay_DESlfW9H8K9uqM","amount":100}}},"created_at":1763780398}',
    otherBody:
      '{"entity":"event","account_id":"acc_BFQ7uQEaa7j2z7","event":"payment.captured","contains":["payment"],"payload":{"payment":{"entity":{"id":"pay_DESlfW9H8K9uqN","amount":100}}},"created_at":1763780398}',
    signedHeaders: [],
    event: { id: "evt_1", type: "payment.captured", unsigned: ["id"] },
  },
  {
    provider: presets.revolut,
    source:
      "inputs: https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature; digest: openssl",
    secret: "wsk_r59a4HfWVAKycbCaNO1RvgCJec02gRd8",
    nowSeconds: 1683650210,
    headers: {
      "Revolut-Request-Timestamp": "1683650202360",
      "Revolut-Signature": "v1=bca326fb378d0da7f7c490ad584a8106bab9723d8d9cdd0d50b4c5b3be3837c0",
    },
    body: '{"data":{"id":"645a7696-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","old_state":"pending","request_id":"app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"event":"TransactionStateChanged","timestamp":"2023-05-09T16:36:38.028960Z"}',
    otherBody:
      '{"data":{"id":"645a7697-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","old_state":"pending","request_id":"app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"event":"TransactionStateChanged","timestamp":"2023-05-09T16:36:38.028960Z"}',
    signedHeaders: ["Revolut-Request-Timestamp"],
    event: { type: "TransactionStateChanged" },
  },
  {
    provider: presets.sentry,
    source: "openssl",
    secret: "sentry client secret",
    nowSeconds: 1763780430,
    headers: {
      "Sentry-Hook-Timestamp": "1763780400",
      "Sentry-Hook-Resource": "issue",
      "Request-ID": "r1",
      "Sentry-Hook-Signature": "7d0224377532ff73bb42c3ef2e71f9f6d0c046242f01bb4fefa1f571f37e3725",
    },
    body: '{"action":"created","installation":{"uuid":"a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},"data":{"issue":{"id":"1170820242","title":"TypeError"}},"actor":{"type":"application","id":"sentry"}}',
    otherBody:
      '{"action":"created","installation":{"uuid":"a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},"data":{"issue":{"id":"1170820243","title":"TypeError"}},"actor":{"type":"application","id":"sentry"}}',
    signedHeaders: [],
    event: { id: "r1", type: "issue", unsigned: ["id", "type", "timestamp"] },
  },
  {
    provider: presets.twitchEventsub,
    source: "the tests of twitch-rs/twitch_api, eventsub",
    secret: "secretabcd",
    nowSeconds: 1613778420,
    headers: {
      "Twitch-Eventsub-Message-Id": "ae2ff348-e102-16be-a3eb-6830c1bf38d2",
      "Twitch-Eventsub-Message-Timestamp": "2021-02-19T23:47:00.8091512Z",
      "Twitch-Eventsub-Message-Signature":
        "sha256=d10f5bd9474b7ac7bd7105eb79c2d52768b4d0cd2a135982c3bf5a1d59a78823",
    },
    body: '{"subscription":{"id":"ae2ff348-e102-16be-a3eb-6830c1bf38d2","status":"enabled","type":"channel.follow","version":"1","condition":{"broadcaster_user_id":"44429626"},"transport":{"method":"webhook","callback":"null"},"created_at":"2021-02-19T23:47:00.7621315Z"},"event":{"user_id":"28408015","user_login":"testFromUser","user_name":"testFromUser","broadcaster_user_id":"44429626","broadcaster_user_login":"44429626","broadcaster_user_name":"testBroadcaster"}}',
    signedHeaders: ["Twitch-Eventsub-Message-Id", "Twitch-Eventsub-Message-Timestamp"],
    event: { id: "ae2ff348-e102-16be-a3eb-6830c1bf38d2", type: "channel.follow" },
  },
  {
    provider: presets.typeform,
    source: "openssl",
    secret: "typeform_secret",
    nowSeconds: 1763780430,
    headers: {
      "Typeform-Signature": "sha256=sC54Y+rAuLqlvyKHi3NDNyLa3xAZ/y4Va5im/FBwKiY=",
    },
    body: '{"event_id":"LtWXD3crgy","event_type":"form_response","form_response":{"form_id":"lT4Z3j"}}',
    otherBody:
      '{"event_id":"LtWXD3crgz","event_type":"form_response","form_response":{"form_id":"lT4Z3j"}}',
    signedHeaders: [],
    event: { id: "LtWXD3crgy", type: "form_response" },
  },
  {
    provider: presets.webflow,
    source: "openssl",
    secret: "webflow secret",
    nowSeconds: 1763780430,
    headers: {
      "x-webflow-timestamp": "1763780400000",
      "x-webflow-signature": "0b90c5149f705c28ab4976157c609e8f62d3aea22dadef9cfdf87b1fcd2412c0",
    },
    body: '{"triggerType":"form_submission","payload":{"name":"Contact Us","submittedAt":"2025-11-22T02:59:58.117Z","id":"6321ca84df3949bfc6752327"}}',
    otherBody:
      '{"triggerType":"form_submission","payload":{"name":"Contact Us","submittedAt":"2025-11-22T02:59:58.117Z","id":"6321ca84df3949bfc6752328"}}',
    signedHeaders: ["x-webflow-timestamp"],
    event: { type: "form_submission" },
  },
  {
    provider: presets.woocommerce,
    source: "openssl",
    secret: "woo secret",
    nowSeconds: 1763780430,
    headers: {
      "X-WC-Webhook-Topic": "order.created",
      "X-WC-Webhook-Delivery-ID": "d1",
      "X-WC-Webhook-Signature": "Z0MHHKKInJZO4seS2aofisGSUUYGVYTb2eUWVZkwrfI=",
    },
    body: '{"id":727,"status":"processing","currency":"USD","total":"29.35"}',
    otherBody: '{"id":728,"status":"processing","currency":"USD","total":"29.35"}',
    signedHeaders: [],
    event: { id: "d1", type: "order.created", unsigned: ["id", "type"] },
  },
  {
    provider: presets.xTwitter,
    source: "openssl",
    secret: "x consumer secret",
    nowSeconds: 1763780430,
    headers: {
      "x-twitter-webhooks-signature": "sha256=6sO5h8Qxq+1Lfl7DOS5BsRIsdeqR/Wsr7OHnh2Kw/XE=",
    },
    body: '{"for_user_id":"2244994945","favorite_events":[{"id":"a7ba59eab0bfcba386f7acedac279542","timestamp_ms":1763780398000}]}',
    otherBody:
      '{"for_user_id":"2244994945","favorite_events":[{"id":"a7ba59eab0bfcba386f7acedac279543","timestamp_ms":1763780398000}]}',
    signedHeaders: [],
  },
  {
    provider: presets.xero,
    source: "openssl",
    secret: "ZGVjb2RlIG1lIG5vdA==",
    nowSeconds: 1763780430,
    headers: {
      "x-xero-signature": "gNHAAFSeiX+PCSEZmr7E7hgCj7npA9QsIr81UIq1Z80=",
    },
    body: '{"events":[{"resourceId":"717f2bfc-c6d4-41fd-b238-3f2f0c0cf777","eventDateUtc":"2025-11-22T02:59:58.123","eventType":"UPDATE","eventCategory":"INVOICE"}],"firstEventSequence":1,"lastEventSequence":1,"entropy":"S0m3r4Nd0mt3xt"}',
    otherBody:
      '{"events":[{"resourceId":"717f2bfc-c6d4-41fd-b238-3f2f0c0cf777","eventDateUtc":"2025-11-22T02:59:58.123","eventType":"UPDATE","eventCategory":"INVOICE"}],"firstEventSequence":1,"lastEventSequence":1,"entropy":"S0m4r4Nd0mt3xt"}',
    signedHeaders: [],
  },
  {
    provider: presets.zendesk,
    source: "openssl; the secret is the one that Zendesk publishes for testing webhooks",
    secret: "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
    nowSeconds: 1627207200,
    headers: {
      "X-Zendesk-Webhook-Signature-Timestamp": "2021-07-25T10:00:00Z",
      "X-Zendesk-Webhook-Invocation-Id": "01F",
      "X-Zendesk-Webhook-Signature": "gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0=",
    },
    body: '{"say": "hello"}',
    otherBody: '{"say": "hallo"}',
    signedHeaders: ["X-Zendesk-Webhook-Signature-Timestamp"],
    event: { id: "01F", unsigned: ["id"] },
  },
  ...LATER_ANSWERS,
  ...FURTHER_ANSWERS,
];
