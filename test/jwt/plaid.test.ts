import { createHash } from "node:crypto";
import { createReceiver, createVerifier } from "@countersign/core";
import { plaid, plaidKeys } from "@countersign/jwt";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Loopback, loopback } from "./loopback.ts";
import { es256, keyPair, tokenOf } from "./tokens.ts";

const pair = keyPair("ES256");
const BODY = '{\n  "webhook_type": "TRANSACTIONS",\n  "webhook_code": "SYNC_UPDATES_AVAILABLE"\n}';

let server: Loopback;
/** What Plaid's API answers, by its documentation. */
let status = 200;
let answer: object;
const requests: object[] = [];

beforeAll(async () => {
  server = await loopback(() => ({}));
  server.answer = (req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      requests.push(JSON.parse(Buffer.concat(chunks).toString()) as object);
      res.writeHead(status).end(JSON.stringify(answer));
    });
  };
});
afterAll(() => server.close());
beforeEach(() => {
  status = 200;
  const dates = { created_at: 1_560_466_143, expired_at: null };
  answer = { key: { ...pair.publicJwk, alg: "ES256", use: "sig", ...dates }, request_id: "x" };
  server.asked.length = 0;
  requests.length = 0;
});

function delivery(body: string, header: object = {}, ageSeconds = 0) {
  const claims = {
    iat: Math.floor(Date.now() / 1000) - ageSeconds,
    request_body_sha256: createHash("sha256").update(body).digest("hex"),
  };
  const all = { alg: "ES256", kid: pair.kid, typ: "JWT", ...header };
  const token = tokenOf(all, claims, es256(pair.privateKey));
  return { headers: { "Plaid-Verification": token }, body };
}

function keys(): ReturnType<typeof plaidKeys> {
  const options = { clientId: "client", secret: "s3cret", timeoutMs: 500 };
  return plaidKeys({ ...options, environment: "sandbox", fetch: server.fetch });
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "verified",
    (error: { code?: string }) => error.code,
  );
}

test("A delivery of Plaid verifies under the key that it names, which is asked for once", async () => {
  const verifier = createVerifier({ provider: plaid, secret: keys() });
  const event = await verifier.verify(delivery(BODY));
  expect(event).toMatchObject({ type: "SYNC_UPDATES_AVAILABLE", unsigned: [] });
  expect(event.timestamp?.getTime()).toBeGreaterThan(Date.now() - 5000);
  await verifier.verify(delivery(`${BODY} `));
  expect(server.asked).toEqual(["https://sandbox.plaid.com/webhook_verification_key/get"]);
  expect(requests).toEqual([{ client_id: "client", secret: "s3cret", key_id: pair.kid }]);
});

test("A delivery with another body, or that is 5 minutes old, is refused", async () => {
  const verifier = createVerifier({ provider: plaid, secret: keys() });
  const genuine = delivery(BODY);
  expect(await codeOf(verifier.check({ ...genuine, body: `${BODY} ` }))).toBe("signature_mismatch");
  expect(await codeOf(verifier.check(delivery(BODY, {}, 301)))).toBe("timestamp_expired");
  expect(await codeOf(verifier.check(delivery(BODY, {}, -310)))).toBe("timestamp_future");
  expect(await codeOf(verifier.check(delivery(BODY, {}, 295)))).toBe("verified");
});

test("A key that Plaid marks as expired, or doesn't know, is 401, and is asked for once", async () => {
  const secret = keys();
  const verifier = createVerifier({ provider: plaid, secret });
  answer = { key: { ...pair.publicJwk, expired_at: 1_560_466_150 } };
  expect(await codeOf(verifier.check(delivery(BODY)))).toBe("signature_mismatch");
  status = 400;
  answer = { error_type: "INVALID_INPUT", error_code: "INVALID_WEBHOOK_VERIFICATION_KEY_ID" };
  const kid = "bfbd5111-8e33-4643-8ced-b2e642a72f3c";
  expect(await codeOf(verifier.check(delivery(BODY, { kid })))).toBe("signature_mismatch");
  expect(await codeOf(verifier.check(delivery(BODY, { kid })))).toBe("signature_mismatch");
  expect(server.asked).toHaveLength(2);
});

test.each([
  { kid: "../item/get" },
  { kid: "key-1" },
  { kid: undefined },
  { kid: pair.kid.toUpperCase() },
  { alg: "none" },
  { alg: "HS256" },
])("Plaid is not asked for %j", async (header) => {
  const verifier = createVerifier({ provider: plaid, secret: keys() });
  expect(await codeOf(verifier.check(delivery(BODY, header)))).toBe("signature_mismatch");
  expect(server.asked).toEqual([]);
});

describe("Where Plaid can't be asked, the sender gets 503, and Plaid is asked again", () => {
  test.each<[string, number, object]>([
    ["an error", 500, { error_code: "INTERNAL_SERVER_ERROR" }],
    ["wrong credentials", 400, { error_code: "INVALID_API_KEYS" }],
    ["a redirect", 302, {}],
    ["something without a key", 200, {}],
  ])("after %s", async (_, code, said) => {
    const genuine = answer;
    const receiver = createReceiver({ provider: plaid, secret: keys(), onWarning: () => {} });
    const handle = async (): Promise<number> => {
      const { headers, body } = delivery(BODY);
      const request = new Request("https://example.com", { method: "POST", headers, body });
      return (await receiver.handle(request, () => new Response())).status;
    };
    status = code;
    answer = said;
    expect(await handle()).toBe(503);
    status = 200;
    answer = genuine;
    expect(await handle()).toBe(200);
  });
});

test("Credentials that are empty are told at once", () => {
  expect(() => plaidKeys({ clientId: "", secret: "x" })).toThrow(/clientId is empty/);
});
