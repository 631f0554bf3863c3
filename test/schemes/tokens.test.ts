import { createReceiver, createVerifier, defineProvider } from "@countersign/core";
import { chargebee, telegram } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const TOKEN = "a_token_that_is_long_enough";

function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "verified",
    (error: { code?: string }) => error.code,
  );
}

function delivery(token?: string, body = '{"update_id":1}') {
  const headers = token === undefined ? {} : { "x-telegram-bot-api-secret-token": token };
  return { headers, body };
}

describe("A shared token", () => {
  const verifier = createVerifier({ provider: telegram, secret: TOKEN });

  test("lets a delivery in, whose event says that nothing of it is signed", async () => {
    const event = await verifier.verify(delivery(TOKEN));
    expect(event.unsigned).toEqual(["id", "body"]);
    expect(event.key).toBe((await verifier.verify(delivery(TOKEN, '{"update_id":1,"a":1}'))).key);
  });

  test.each(["", "x", TOKEN.slice(1), `${TOKEN} `, TOKEN.toUpperCase(), "é".repeat(30)])(
    "keeps out %j",
    async (token) => {
      expect(await codeOf(verifier.check(delivery(token)))).toMatch(/^signature_m/);
    },
  );

  test("that is missing is said to be", async () => {
    expect(await codeOf(verifier.check(delivery()))).toBe("signature_missing");
  });

  test("is in no error, record or response", async () => {
    const told: unknown[] = [];
    const receiver = createReceiver({
      provider: telegram,
      secret: TOKEN,
      onReceipt: (record) => told.push(JSON.stringify(record)),
      onWarning: (warning) => told.push(warning.message),
    });
    const wrong = "another_token_that_somebody_tries";
    const request = new Request("https://example.com", { method: "POST", ...delivery(wrong) });
    told.push(await (await receiver.handle(request, () => new Response())).text());
    expect(told.join()).not.toMatch(new RegExp(`${TOKEN}|${wrong}`));
  });
});

test("Basic credentials may have colons, and the scheme any case", async () => {
  const secret = "user:pass:word";
  const verifier = createVerifier({ provider: chargebee, secret });
  const base64 = Buffer.from(secret).toString("base64");
  const given = (authorization: string) =>
    codeOf(verifier.check({ headers: { authorization }, body: "{}" }));
  expect(await given(`Basic ${base64}`)).toBe("verified");
  expect(await given(`basic ${base64}`)).toBe("verified");
  expect(await given(`Basic ${Buffer.from("user:other").toString("base64")}`)).toBe(
    "signature_mismatch",
  );
  for (const wrong of [base64, `Bearer ${base64}`, "Basic ***", "Basic "]) {
    // oxlint-disable-next-line no-await-in-loop -- the one that fails is to be named
    expect(await given(wrong)).toBe("signature_malformed");
  }
});

function acme(more: object, signature: object = {}) {
  return defineProvider({
    name: "acme",
    signature: { header: "X-Token", algorithm: "token", ...signature },
    id: { body: "/id", unsigned: true },
    dedup: "unsigned-id",
    ...more,
  });
}

describe("A definition with a token is refused", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "with dedup by an id as if it were signed",
      () => acme({ dedup: "id" }),
      /accept that with dedup: "unsigned-id", or use "content"/,
    ],
    [
      "with an id without its mark",
      () => acme({ id: { body: "/id" } }),
      /does not cover the id.*Mark it unsigned/,
    ],
    ["with an encoding", () => acme({}, { encoding: "hex" }), /signature\.encoding has no meaning/],
    [
      "with signed content",
      () => acme({}, { content: "{body}" }),
      /covers nothing of the delivery/,
    ],
  ])("%s", (_, define, message) => {
    expect(define).toThrow(message);
  });
});
