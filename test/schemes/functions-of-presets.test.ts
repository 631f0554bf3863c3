import { createHmac } from "node:crypto";
import { createVerifier, type Provider, sign } from "@countersign/core";
import {
  braintree,
  cloudinary,
  dropboxSign,
  mercadoPago,
  microsoftGraph,
  sharepoint,
  solidgate,
} from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { FURTHER_ANSWERS } from "../vectors/further-answers.ts";
import type { KnownAnswer } from "../vectors/known-answers.ts";

function answerOf(provider: KnownAnswer["provider"]): KnownAnswer {
  const answer = FURTHER_ANSWERS.find((one) => one.provider === provider);
  if (answer === undefined) throw new Error(`no known answer for ${provider.name}`);
  return answer;
}

async function outcome(answer: KnownAnswer, changed: Partial<KnownAnswer> = {}): Promise<string> {
  const { provider, secret, nowSeconds } = answer;
  const verifier = createVerifier({ provider, secret, now: () => nowSeconds * 1000 });
  return verifier.verify({ ...answer, ...changed }).then(
    () => "verified",
    (error: { code?: string }) => String(error.code),
  );
}

describe.each([microsoftGraph, sharepoint])("$name", (provider) => {
  const state = "a client state that is long enough";

  async function verify(body: unknown): Promise<string> {
    const verifier = createVerifier({ provider, secret: state });
    return verifier.verify({ headers: {}, body: JSON.stringify(body) }).then(
      () => "verified",
      (error: { code?: string }) => String(error.code),
    );
  }

  test("takes a list in which every notification shows the state", async () => {
    const good = { clientState: state, subscriptionId: "1" };
    expect(await verify({ value: [good, good] })).toBe("verified");
    for (const value of [
      [],
      [{}],
      [null],
      [good, { clientState: `${state} ` }],
      [good, {}],
      [{ clientState: [state] }],
      good,
      undefined,
    ]) {
      expect(await verify({ value })).toBe("signature_mismatch");
    }
    expect(await verify([good])).toBe("signature_mismatch");
  });
});

describe("Braintree", () => {
  const answer = answerOf(braintree);
  const form = new URLSearchParams(answer.body);

  test("verifies one signature among those of several keys", async () => {
    const several = `other|${"0".repeat(40)}&${form.get("bt_signature")}`;
    const body = new URLSearchParams({
      bt_signature: several,
      bt_payload: form.get("bt_payload") ?? "",
    });
    expect(await outcome(answer, { body: body.toString() })).toBe("verified");
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["another payload", { bt_payload: Buffer.from("<notification/>").toString("base64") }],
    ["no payload", { bt_payload: "" }],
    ["a payload that is not base64", { bt_payload: "<xml>" }],
    ["a signature that is cut", { bt_signature: form.get("bt_signature")?.slice(0, -1) ?? "" }],
    ["no signature", { bt_signature: "" }],
  ])("refuses %s", async (_, fields) => {
    const body = new URLSearchParams({ ...Object.fromEntries(form), ...fields }).toString();
    expect(await outcome(answer, { body })).toBe("signature_mismatch");
  });
});

describe("Mercado Pago", () => {
  const answer = answerOf(mercadoPago);

  test("signs the query's data.id, to which the body's must be equal", async () => {
    const other = answer.body.replace("PAY01ABC", "PAY01ABD");
    expect(await outcome(answer, { body: other })).toBe("signature_mismatch");
    const url = answer.url?.replace("PAY01ABC", "PAY01ABD") ?? "";
    expect(await outcome(answer, { url })).toBe("signature_mismatch");
    expect(await outcome(answer, { url, body: other })).toBe("signature_mismatch");
    expect(await outcome(answer, { url: "https://example.com/mp" })).toBe("signature_mismatch");
  });

  test("signs the id in lower case, or as it stands in the query", async () => {
    const requestId = answer.headers["x-request-id"] ?? "";
    const signatureOf = (id: string): string => {
      const hmac = createHmac("sha256", answer.secret);
      return hmac.update(`id:${id};request-id:${requestId};ts:1763780400;`).digest("hex");
    };
    for (const [id, expected] of [
      ["pay01abc", "verified"],
      ["PAY01ABC", "verified"],
      ["PAY01ABD", "signature_mismatch"],
    ] as const) {
      const headers = {
        ...answer.headers,
        "x-signature": `ts=1763780400,v1=${signatureOf(id)},v2=${"0".repeat(64)}`,
      };
      expect(await outcome(answer, { headers })).toBe(expected);
    }
  });

  test("has a time that expires a delivery where a tolerance is given", async () => {
    const now = (): number => answer.nowSeconds * 1000;
    const options = { provider: mercadoPago, secret: answer.secret, now };
    const verifier = createVerifier({ ...options, toleranceSeconds: 10 });
    await expect(verifier.verify(answer)).rejects.toMatchObject({ code: "timestamp_expired" });
    const { timestamp } = await createVerifier(options).verify(answer);
    expect(timestamp).toEqual(new Date(1_763_780_400_000));
  });
});

test("Solidgate's public key can't take a part of the body with it", async () => {
  const answer = answerOf(solidgate);
  const merchant = `${answer.headers["merchant"]}{`;
  const headers = { ...answer.headers, merchant };
  expect(await outcome(answer, { headers, body: answer.body.slice(1) })).toBe("signature_mismatch");
});

test("Cloudinary's time can't take a digit of the body with it, and expires after 2 hours", async () => {
  const answer = answerOf(cloudinary);
  const headers = { ...answer.headers, "X-Cld-Timestamp": "763780400" };
  expect(await outcome(answer, { headers, body: `${answer.body}1` })).toBe("signature_mismatch");
  const late = { ...answer, nowSeconds: answer.nowSeconds + 7200 };
  expect(await outcome(late)).toBe("timestamp_expired");
});

test("Dropbox Sign sends a form of several parts, of which time and type are signed", async () => {
  const answer = answerOf(dropboxSign);
  const at = answer.body.replace("1763780399", "1763780398");
  expect(await outcome(answer, { body: at })).toBe("signature_mismatch");
  const other = answer.body.replace("request_signed", "request_viewed");
  expect(await outcome(answer, { body: other })).toBe("signature_mismatch");
  expect(await outcome(answer, { headers: {} })).toBe("signature_mismatch");
  const message = { body: { event: {}, id: "ä" }, type: "signature_request_sent" };
  const { provider, secret } = answer;
  const verifier = createVerifier({ provider: provider as Provider, secret });
  const event = await verifier.verify(await sign(message, { provider, secret }));
  expect(event.body).toMatchObject({ id: "ä", event: { event_type: "signature_request_sent" } });
});
