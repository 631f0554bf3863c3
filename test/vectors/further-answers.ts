import * as presets from "@countersign/core/providers";
import type { KnownAnswer } from "./known-answers.ts";
import { PAYMOB_TRANSACTION } from "./paymob.ts";

/** Known answers of presets whose scheme is a function, or fits no other file; "openssl" means what it does in `known-answers.ts`. */
export const FURTHER_ANSWERS: readonly KnownAnswer[] = [
  {
    provider: presets.front,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "front-app-signing-key",
    headers: {
      "X-Front-Signature": "Z4bTpLMALdu2SYg4GecnvL34QnbH58ezbU+Do7Lecqs=",
      "X-Front-Request-Timestamp": "1763780400123",
    },
    body: '{"type":"inbound_received","authorization":{"id":"cmp_1"},"payload":{"id":"evt_1a2b","type":"inbound","emitted_at":1763780399.5}}',
    otherBody:
      '{"type":"inbound_received","authorization":{"id":"cmp_1"},"payload":{"id":"evt_1a2c","type":"inbound","emitted_at":1763780399.5}}',
    signedHeaders: ["X-Front-Request-Timestamp"],
    event: { id: "evt_1a2b", type: "inbound_received" },
  },
  {
    provider: presets.enode,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "enode-secret-of-128-bits",
    headers: {
      "X-Enode-Signature": "sha1=46e656ffeddf88c2dd73b66fa282064cdcf1869d",
      "X-Enode-Delivery": "d-1",
    },
    body: '[{"event":"user:vehicle:updated","createdAt":"2025-11-22T02:59:58.000Z","user":{"id":"u1"}}]',
    otherBody:
      '[{"event":"user:vehicle:updated","createdAt":"2025-11-22T02:59:58.000Z","user":{"id":"u2"}}]',
    signedHeaders: [],
    event: { id: "d-1", unsigned: ["id"] },
  },
  {
    provider: presets.circle,
    nowSeconds: 1763780420,
    source: "openssl, as Circle's documentation describes it",
    secret:
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEX7VhcwgIl3242jlWIfMNesLKN/ri+VQG3YYVnqya3Gn1rM8hwnaPlw1Hl4oLLclztJXnTFiRykItkwFhFQXqcg==",
    signingSecret: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPDxD1Q/Og3uQqZw3
/BRrQgKcoXnAS9Nsed7+Si/nTe6hRANCAARftWFzCAiXfbjaOVYh8w16wso3+uL5
VAbdhhWerJrcafWszyHCdo+XDUeXigstyXO0ledMWJHKQi2TAWEVBepy
-----END PRIVATE KEY-----`,
    headers: {
      "X-Circle-Signature":
        "MEUCIQDra3jSU5aspXQ96KN4aMcrZWnPLgJJXi72a02RCKPSKAIgQICTt+FZ7x389b6o+bd9pN6fXyqQjLC+p5fce69VoUE=",
      "X-Circle-Key-Id": "879dc113-5ca4-4ff7-a6b7-54652083fcf8",
    },
    body: '{"subscriptionId":"s1","notificationId":"7a2e1c9e-0001","notificationType":"transactions.inbound","notification":{"id":"t1"},"timestamp":"2025-11-22T02:59:58.123456789Z","version":2}',
    otherBody:
      '{"subscriptionId":"s1","notificationId":"7a2e1c9e-0002","notificationType":"transactions.inbound","notification":{"id":"t1"},"timestamp":"2025-11-22T02:59:58.123456789Z","version":2}',
    signedHeaders: [],
    event: { id: "7a2e1c9e-0001", type: "transactions.inbound" },
  },
  {
    provider: presets.favro,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "favro-webhook-secret",
    headers: { "X-Favro-Webhook": "U1eIfxZU6p1mIuXb/xDLdfyKdPM=" },
    body: '{"payloadId":"PiNg000000==","action":"created","card":{"cardId":"c1"}}',
    otherBody: '{"payloadId":"PiNg000001==","action":"created","card":{"cardId":"c1"}}',
    signedHeaders: [],
    url: "https://example.com/favro?board=1",
    event: { id: "PiNg000000==", type: "created", unsigned: ["type", "body"] },
  },
  {
    provider: presets.exactOnline,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "exact-online-webhook-secret",
    headers: {},
    body: '{"Content":{"Topic":"Items","ClientId":"1a2b","Division":641217,"Action":"Update","Key":"3c4d","ExactOnlineEndpoint":"https://start.exactonline.nl/api"},"HashCode":"D27716A311EF71C63F953B5415841AAB5D647AF5740B010A1E834697EF8C3275"}',
    isFramed: true,
    signedHeaders: [],
    event: { type: "Items" },
    messageOf: (n) => ({ body: { Content: { Topic: "Items", Key: `key-${n}` } } }),
  },
  {
    provider: presets.paymob,
    nowSeconds: 1763780420,
    source: "openssl, over the text that Paymob's page shows for this transaction",
    secret: "paymob-hmac-secret",
    headers: {},
    body: '{"type":"TRANSACTION","obj":{"id":192036465,"pending":false,"amount_cents":100000,"success":true,"is_auth":false,"is_capture":false,"is_standalone_payment":true,"is_voided":false,"is_refunded":false,"is_3d_secure":true,"integration_id":4097558,"profile_id":164295,"has_parent_transaction":false,"order":{"id":217503754,"created_at":"2024-06-13T11:32:09.628623"},"created_at":"2024-06-13T11:33:44.592345","currency":"EGP","source_data":{"pan":"2346","type":"card","tenure":null,"sub_type":"MasterCard"},"error_occured":false,"owner":302852}}',
    signedHeaders: [],
    url: "https://example.com/paymob?shop=7&hmac=3811721f7020514eda51340ef8f12d0456df185f13df13f2ffc15f49029a3413250ac9aff3cb4e991e3235dc9299341ad6e28f2762e1fa1be23bd80c875f272e",
    event: { id: "192036465", type: "TRANSACTION", unsigned: ["type", "body"] },
    messageOf: (n) => ({
      body: { obj: { ...PAYMOB_TRANSACTION, amount_cents: n } },
      id: "1",
      url: "https://example.com/",
    }),
  },
  {
    provider: presets.solidgate,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "wh_sk_0123456789abcdef",
    headers: {
      merchant: "wh_pk_fedcba9876543210",
      signature:
        "MjI2ZjFlMzg5M2ExY2VlNzc1YjQ1MDhmYmNmOGUzNWQ2Mjc4YWUyMWM4Y2E0YWY4NzJmNTA4OTk2MmNmMDMyMDk2ZDNjN2JhNzA4ZGVhZDAwNjliYWRmY2U2MmNiZGZjNTFlZGZjNjA3NzI5MzI1YWI2MTYzYjM2MjQ5MzNmZDI=",
    },
    body: '{"order":{"order_id":"o-1","status":"settle_ok","amount":1020},"transactions":{}}',
    otherBody: '{"order":{"order_id":"o-2","status":"settle_ok","amount":1020},"transactions":{}}',
    signedHeaders: ["merchant"],
  },
  {
    provider: presets.cloudinary,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "cloudinary-api-secret",
    headers: {
      "X-Cld-Signature": "cbc1cffeb595e154f6492ceee97fd6c1191cedcc",
      "X-Cld-Timestamp": "1763780400",
    },
    body: '{"notification_type":"upload","public_id":"sample","version":1763780399,"url":"https://res.cloudinary.com/demo/image/upload/sample.jpg"}',
    otherBody:
      '{"notification_type":"upload","public_id":"sampld","version":1763780399,"url":"https://res.cloudinary.com/demo/image/upload/sample.jpg"}',
    signedHeaders: ["X-Cld-Timestamp"],
    event: { type: "upload" },
  },
  {
    provider: presets.microsoftGraph,
    nowSeconds: 1763780420,
    source: "Microsoft's documentation",
    secret: "a client state that is long enough",
    headers: {},
    body: '{"value":[{"subscriptionId":"sub-1","clientState":"a client state that is long enough","changeType":"updated","resource":"lists/1","tenantId":"t"}]}',
    otherBody:
      '{"value":[{"subscriptionId":"sub-1","clientState":"a client state that is long enough","changeType":"updated","resource":"lists/2","tenantId":"t"}]}',
    signedHeaders: [],
    event: { type: "updated", unsigned: ["type", "body"] },
    messageOf: (n) => ({ body: { value: [{ resource: `lists/${n}` }] } }),
  },
  {
    provider: presets.sharepoint,
    nowSeconds: 1763780420,
    source: "Microsoft's documentation",
    secret: "a client state that is long enough",
    headers: {},
    body: '{"value":[{"subscriptionId":"sub-1","clientState":"a client state that is long enough","resource":"lists/1","tenantId":"t"}]}',
    signedHeaders: [],
    event: { unsigned: ["body"] },
    messageOf: (n) => ({ body: { value: [{ resource: `lists/${n}` }] } }),
  },
  {
    provider: presets.mercadoPago,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "mercado-pago-secret-signature",
    headers: {
      "x-signature":
        "ts=1763780400,v1=8a185e4bb996f6b76987859c3dec97a007b1ee7e2c4349ccf634bf36f33f5ce3",
      "x-request-id": "f7b2a1d4-0b1c-4ec2-aaaa-9e8b1d2f3c4d",
    },
    body: '{"id":112233445566,"live_mode":true,"type":"payment","action":"payment.updated","data":{"id":"PAY01ABC"}}',
    otherBody:
      '{"id":112233445567,"live_mode":true,"type":"payment","action":"payment.updated","data":{"id":"PAY01ABC"}}',
    signedHeaders: ["x-request-id"],
    url: "https://example.com/mp?data.id=PAY01ABC&type=payment",
    event: { id: "112233445566", type: "payment", unsigned: ["id", "type", "body"] },
  },
  {
    provider: presets.braintree,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "braintree_private_key_1",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "bt_signature=integration_public_key%7C2b02705ea923b573a5dce3c9c7ae04c63c673d05&bt_payload=PD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiPz4KPG5vdGlmaWNhdGlvbj4KICA8a2luZD5jaGVjazwva2luZD4KICA8dGltZXN0YW1wIHR5cGU9ImRhdGV0aW1lIj4yMDI1LTExLTIyVDAyOjU5OjU4WjwvdGltZXN0YW1wPgogIDxzdWJqZWN0PjxjaGVjayB0eXBlPSJib29sZWFuIj50cnVlPC9jaGVjaz48L3N1YmplY3Q%2BCjwvbm90aWZpY2F0aW9uPgo%3D%0A",
    signedHeaders: [],
    parsed: `<?xml version="1.0" encoding="UTF-8"?>
<notification>
  <kind>check</kind>
  <timestamp type="datetime">2025-11-22T02:59:58Z</timestamp>
  <subject><check type="boolean">true</check></subject>
</notification>
`,
    raw: `<?xml version="1.0" encoding="UTF-8"?>
<notification>
  <kind>check</kind>
  <timestamp type="datetime">2025-11-22T02:59:58Z</timestamp>
  <subject><check type="boolean">true</check></subject>
</notification>
`,
    otherBody: `<?xml version="1.0" encoding="UTF-8"?>
<notification>
  <kind>check</kind>
  <timestamp type="datetime">2025-11-22T02:59:59Z</timestamp>
  <subject><check type="boolean">true</check></subject>
</notification>
`,
    messageOf: (n) => ({ body: `<notification>${n}</notification>` }),
  },
  {
    provider: presets.dropboxSign,
    nowSeconds: 1763780420,
    source: "openssl",
    secret: "dropbox-sign-api-key",
    headers: { "Content-Type": "multipart/form-data; boundary=bound" },
    body: `--bound\r
Content-Disposition: form-data; name="json"\r
\r
{"event":{"event_time":"1763780399","event_type":"signature_request_signed","event_hash":"0835ced65fbdf4f3b36d8b761eb8237f1ce064dd34a541b37a5ba2ebf4437770","event_metadata":{}},"signature_request":{"signature_request_id":"sr-1"}}\r
--bound--\r
`,
    signedHeaders: [],
    parsed: {
      event: {
        event_time: "1763780399",
        event_type: "signature_request_signed",
        event_hash: "0835ced65fbdf4f3b36d8b761eb8237f1ce064dd34a541b37a5ba2ebf4437770",
        event_metadata: {},
      },
      signature_request: { signature_request_id: "sr-1" },
    },
    event: { type: "signature_request_signed", unsigned: ["body"] },
    raw: '{"event":{"event_time":"1763780399","event_type":"signature_request_signed","event_hash":"0835ced65fbdf4f3b36d8b761eb8237f1ce064dd34a541b37a5ba2ebf4437770","event_metadata":{}},"signature_request":{"signature_request_id":"sr-1"}}',
    otherBody:
      '{"event":{"event_time":"1763780399","event_type":"signature_request_signed","event_hash":"0835ced65fbdf4f3b36d8b761eb8237f1ce064dd34a541b37a5ba2ebf4437770","event_metadata":{}},"signature_request":{"signature_request_id":"sr-2"}}',
    messageOf: (n) => ({ body: { event: {}, n }, type: "signature_request_signed" }),
  },
  {
    provider: presets.ebay,
    nowSeconds: 1763780420,
    source: "openssl, over the example body of eBay's documentation",
    secret: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEPy17foMgZdLlaIXvFtsO1u07iH94
pkSHk2nltp4gcwEFaxK5X8XLjeUV0P8xKD5wOgz8aR9cBt/WGDboZN/n8g==
-----END PUBLIC KEY-----`,
    signingSecret: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghI8JNWxegWwBdj/j
w8YtkE+vSumh2OII7lZIgI9Ib6ChRANCAAQ/LXt+gyBl0uVohe8W2w7W7TuIf3im
RIeTaeW2niBzAQVrErlfxcuN5RXQ/zEoPnA6DPxpH1wG39YYNuhk3+fy
-----END PRIVATE KEY-----`,
    headers: {
      "X-EBAY-SIGNATURE":
        "eyJhbGciOiJlY2RzYSIsImtpZCI6Ijk5MzYyNjFhLTdkN2ItNDYyMS1hMGYxLTk2NGQ2YThjZmE1YiIsInNpZ25hdHVyZSI6Ik1FWUNJUURFZ0pzbGdZdDZaT2hjUzZCQ29IWVJsTE05Z2cxWm9zcWpjTHBXZEMySCtRSWhBTy9McHorV1hMT1RYR2Y3R3FQZ2lUZUk2enIrYjZPNFBVWFYzVjBnQWRLVSIsImRpZ2VzdCI6IlNIQTEifQ==",
    },
    body: '{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d","eventDate":"2021-03-19T20:43:59.354Z","publishDate":"2021-03-19T20:43:59.679Z","publishAttemptCount":1,"data":{"username":"test_user","userId":"ma8vp1jySJC"}}}',
    otherBody:
      '{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"49feeaec-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d","eventDate":"2021-03-19T20:43:59.354Z","publishDate":"2021-03-19T20:43:59.679Z","publishAttemptCount":1,"data":{"username":"test_user","userId":"ma8vp1jySJC"}}}',
    retryBody:
      '{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d","eventDate":"2021-03-19T20:43:59.354Z","publishDate":"2021-03-19T20:43:59.679Z","publishAttemptCount":2,"data":{"username":"test_user","userId":"ma8vp1jySJC"}}}',
    signedHeaders: [],
    event: {
      id: "49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d",
      type: "MARKETPLACE_ACCOUNT_DELETION",
    },
  },
  {
    provider: presets.paypal,
    nowSeconds: 1763780420,
    source: "openssl, and the CRC-32 of zlib",
    secret: `1JE4291016473214C
-----BEGIN CERTIFICATE-----
MIIDPzCCAiegAwIBAgIUSyYHNk3jP/GCuuhrbKeO/XZWptwwDQYJKoZIhvcNAQEL
BQAwLjEsMCoGA1UEAwwjbWVzc2FnZXZlcmlmaWNhdGlvbmNlcnRzLnBheXBhbC5j
b20wIBcNMjYxMTI4MTAyNDUxWhgPMjEyNjExMDQxMDI0NTFaMC4xLDAqBgNVBAMM
I21lc3NhZ2V2ZXJpZmljYXRpb25jZXJ0cy5wYXlwYWwuY29tMIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsMEhV53NEizgsft/2x1QZZLI5QYcVVzaBeGD
x+ngsHJ1itT+St15Zs3AVafG+IxKoIzNO2s+AKcoBLCk3mWbCorhelWOOVzUcGMK
nvxH0OObw6fPjo/Qg6xJBXC+ipVspSmEDlig/3SBlckIHOw33E51pipbXCQBljED
WRT5MXYSNOOCWIvkW5CXRovg56Ne++/pTN8Wc+b3eZj5s8I9sU0H2DUbPwYWbYHe
xYj7ym864yRdZbf03Y4pYH0J6jImoRmzEnDx1bxdfX3f0LVW5U+DG25Gn4mLGCjv
VAJdrMEkV4uVgc4UA1NhrTML87O5XVi+R51AqyYIdTXVrF9/9wIDAQABo1MwUTAd
BgNVHQ4EFgQUZa1gequecfeArarB+txEgzCElhowHwYDVR0jBBgwFoAUZa1geque
cfeArarB+txEgzCElhowDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
AQEAOhJa3XONcCddU7f7h0GRMrJTphZsDmWwq4gpKA8bE9Df3/VSWG8yNGd/CFuX
jvsp5eEJcPwgjvL8TQizTLUlV6b3Cw7sX71AlffZHMQzSaqP10IUEm1i18R98es6
QoVYYZXk1/YHh6Bx5KYPVHgmPdFBeWe5ObZR7jtN8KVwac4o/CwiXX+Zl7FnNIyp
4qJH4HgKnaCLZhlfTBEjgaRDkzpOgxmOOZnebhmyeySa9zVXO09ATt1H8p8FaswP
WBVl2dJB7ICwaPVP6Bw2NKlFqYPZnmT6d+Uvqn5vg52O/scn1FMnW8PTjyz98on7
ldMSN+KCGedYt4RB313cwgoqZw==
-----END CERTIFICATE-----`,
    signingSecret: `1JE4291016473214C
-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCwwSFXnc0SLOCx
+3/bHVBlksjlBhxVXNoF4YPH6eCwcnWK1P5K3XlmzcBVp8b4jEqgjM07az4ApygE
sKTeZZsKiuF6VY45XNRwYwqe/EfQ45vDp8+Oj9CDrEkFcL6KlWylKYQOWKD/dIGV
yQgc7DfcTnWmKltcJAGWMQNZFPkxdhI044JYi+RbkJdGi+Dno1777+lM3xZz5vd5
mPmzwj2xTQfYNRs/BhZtgd7FiPvKbzrjJF1lt/TdjilgfQnqMiahGbMScPHVvF19
fd/QtVblT4MbbkafiYsYKO9UAl2swSRXi5WBzhQDU2GtMwvzs7ldWL5HnUCrJgh1
NdWsX3/3AgMBAAECggEAMlPjbwOnAwBVQEhYqOapYCqR2ihJxAKKr7b9I1yUFhmZ
H10zRNTX/u4h0CHUFSw5CYrd2wfXoS73RZKYdxyeLzvJJOCcfPfSI2gH+6ngtvk/
/k9XWYPYfs19AzgNgP837rUp/T2+Jc6iISibD0UxSKDsfdI8rjkwXHf7OI+wvqSj
OFANQgMvDX0zadWbAmJHEpMAOGvCtJHDvs8gh2P2Le9XmjSVEqWNK+lAa78uh3wR
ErHv5P+Gc6YiGuue1dKDa34rYBWYI7rujFFzyTePXZNz9bttatqk8Wr3thqycDEA
JSqdpztMK/1phc1riSs1eq9aPEHodRDMghFClXnWaQKBgQDXI7Zv2i1x4V7tSy2I
bN2uir3lojXeUgkLaJcNCs0V/uRurv6XkVo2WA0FnLgKyvJ8F+snFkUYFAp/aEiD
f5Y/FUih2myi5miNXYFinSNazVpiwmAQK6qhcm2MrEegio529dOaK7K2/6w590df
5NAmBPbp0khR1JwtsSUqAOklmQKBgQDSUxkeBDzq4M6p2eFx3cwtx4GdHNmQCbce
+dhUyt0jqj0dsOO3rStADCY23af+aafpJ2nu7OTPx4KcaGNBNK6yKMeADLa7cj6+
cd+4Ipoo90nk+iZ47h5IXjzSFdaDEDhktfngMFw4alZPWSQZjb5XNdOmMKrISdy6
mpwrFkAsDwKBgHQ6WP+IsXCKv0wXh1vi5Mi9L+Z1ggC/9R7yvFhRc4bkk+iwJd8g
qcoeO7rCdjNufR5JlcMiJuXhPeKjJjnUngkqqHi4lmRTcjydPZ9XIZiWxLQCKv/R
d3eNaF3NXU0ATgM6v7zUytJOwm72htrptQI1QGgGMQf0gwO0Zk2Q/GRRAoGBAJTR
v6ABl6kKULDWPjL3oZVy6T9mPnswpKYCWxQERt0JhB0SIM7CdSvobNG9nTTjRbAv
90Db1js/DCfnpPNqd4IQYLk2RcX0XHkc0hPUSAhckai3Z6mBs2O5aoesdBBg1cZN
DPWYwmgYteGHTYfXR6slpxCctvrpaImRBJdoMxf5AoGBAKRwmJs6IQyZFpsdGogS
/TanbWz3IBntituic18hvTnRyYtMtdcGqsAr1nIKFh5FB/QlWh60IyMEnbnjKVxn
dU+Q3dQIKGvocK5xnLXW8oYS7xaArQNdXInWeGFr/2ZdVUtwcGHK+TGCq37kxegm
nhcnjnPhNg6u5Ewqdjgph2Qo
-----END PRIVATE KEY-----`,
    headers: {
      "PAYPAL-TRANSMISSION-ID": "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
      "PAYPAL-TRANSMISSION-TIME": "2025-11-22T02:59:58Z",
      "PAYPAL-TRANSMISSION-SIG":
        "HzAvQeI01P7Q240fwmSGFUI5bgLTU+a78ukViPFyFhtmlFfda0vMZ8J/3pCeYS1jCpRlZzB6R64oT97vQG8pnyffAdOF+wLck4b/DkSgcB9FCCa3YQ2f7/CrrytMKGUeRGYzYpze8rIlrncmyeB0Q+A38ahciFpI8xp3J+7OboiIzWaaz8COYaqkfhXAUZIVnaJoNI09KXBTK6+pCjKz7Zwa6GV0qRMioZYs6+V/7C3bS7kBDQdFAcfjsF4MoMCcvzcBI2SdvASrEZ0sW8P3op1URT024liStp6bxyB5GO5JqZB1CIwXiVWxD3pUpgSW4MfgGOpFHEtVbT1YKFPdZw==",
      "PAYPAL-CERT-URL":
        "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270",
    },
    body: '{"id":"WH-2WR32451HC0233532-67976317FL4543714","event_version":"1.0","create_time":"2014-10-23T17:23:52Z","event_type":"PAYMENT.SALE.COMPLETED","summary":"A successful sale payment was made for $ 0.48 USD","resource":{"id":"80021663DE681814L"}}',
    otherBody:
      '{"id":"WH-2WR32451HC0233532-67976317FL4543715","event_version":"1.0","create_time":"2014-10-23T17:23:52Z","event_type":"PAYMENT.SALE.COMPLETED","summary":"A successful sale payment was made for $ 0.48 USD","resource":{"id":"80021663DE681814L"}}',
    signedHeaders: ["PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-TIME"],
    event: {
      id: "WH-2WR32451HC0233532-67976317FL4543714",
      type: "PAYMENT.SALE.COMPLETED",
      unsigned: ["id", "type", "body"],
    },
  },
];
