import type { Provider } from "@countersign/core";
import * as presets from "@countersign/core/providers";

/** A delivery whose signature was made by somebody else. */
export interface KnownAnswer {
  readonly provider: Provider<object>;
  /** Who made the signature. */
  readonly source: string;
  readonly secret: string;
  readonly nowSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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
 * and then `xxd -p -c 256` or `base64` (for base64url `| tr +/ -_ | tr -d =`); what stands behind `whsec_` was decoded first.
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
    secret: "polar_whs_ovyN6cPrTv56AApvzCaJno08SSmGJmgbWilb33N2JuK",
    nowSeconds: 1763780420,
    headers: {
      "webhook-id": "msg_2mzJ9aTcPnGLWkGw1GkzCmyrMmq",
      "webhook-timestamp": "1763780400",
      "webhook-signature": "v1,ExpHyB7V/2udmBMKSNpbn3XtLKh/rwhGLj/djeV3kKo=",
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
];
