import * as presets from "@countersign/core/providers";
import type { Provider } from "@countersign/core";

/** A delivery whose signature was made by somebody else. */
export interface KnownAnswer {
  readonly provider: Provider;
  /** Who made the signature. */
  readonly source: string;
  readonly secret: string;
  readonly nowSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body of another event. */
  readonly otherBody?: string;
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
 * and then `xxd -p -c 256` or `base64`; a secret in hex or base64 was decoded first.
 */
export const KNOWN_ANSWERS: readonly KnownAnswer[] = [
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
    signedHeaders: ["box-delivery-timestamp"],
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
];
