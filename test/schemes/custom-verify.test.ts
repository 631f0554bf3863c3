import { createHmac, timingSafeEqual } from "node:crypto";
import {
  createReceiver,
  createVerifier,
  type CustomDefinition,
  type CustomVerify,
  defineProvider,
  sign,
  WebhookError,
} from "@countersign/core";
import { describe, expect, test } from "vitest";

const SECRET = "a secret of the tests";
const BODY = '{"id":"evt_1","n":1}';

function macOf(secret: Uint8Array | string, nonce: string, body: Uint8Array | string): string {
  return createHmac("sha3-256", secret).update(nonce).update(body).digest("hex");
}

const bySha3: CustomVerify = ({ body }, { secrets, header }) => {
  const given = Buffer.from(header("X-Signature") ?? "");
  const secret = secrets.find((one) => {
    const expected = Buffer.from(macOf(one, header("X-Nonce") ?? "", body));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return secret === undefined ? false : { secret };
};

function acme(verify: CustomVerify, more: Partial<CustomDefinition> = {}) {
  return defineProvider({
    name: "acme",
    verify,
    sign: ({ body }, { secrets: [secret = ""] }) => ({
      headers: { "x-nonce": "7", "x-signature": macOf(secret, "7", body) },
    }),
    covers: ["body"],
    id: { body: "/id" },
    dedup: "id",
    ...more,
  });
}

function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "verified",
    (error: { code?: string }) => error.code,
  );
}

describe("A scheme of the user's own", () => {
  const headers = { "X-Nonce": "7", "X-Signature": macOf(SECRET, "7", BODY) };

  test("verifies, with headers in whatever form, and everything else is as for the others", async () => {
    const receiver = createReceiver({
      provider: acme(bySha3),
      secret: [
        { secret: "another secret of the tests", id: "old" },
        { secret: SECRET, id: "new" },
      ],
    });
    const receipts: string[] = [];
    const events: unknown[] = [];
    for (const given of [headers, new Headers(headers), Object.entries(headers)]) {
      // oxlint-disable-next-line no-await-in-loop -- the second is a duplicate of the first
      const receipt = await receiver.receive({ headers: given, body: BODY });
      if (receipt.status === "accepted") {
        events.push(receipt.event);
        // oxlint-disable-next-line no-await-in-loop
        await receipt.claim.complete();
      }
      receipts.push(receipt.status);
    }
    expect(receipts).toEqual(["accepted", "duplicate", "duplicate"]);
    expect(events).toMatchObject([{ id: "evt_1", secretId: "new", unsigned: [] }]);
    const request = new Request("https://example.com", {
      method: "POST",
      headers,
      body: `${BODY} `,
    });
    expect((await receiver.handle(request, () => new Response())).status).toBe(401);
  });

  test("is spoken by sign()", async () => {
    const provider = acme(bySha3);
    const signed = await sign({ body: BODY }, { provider, secret: SECRET });
    const verifier = createVerifier({ provider, secret: SECRET });
    expect(await codeOf(verifier.verify(signed))).toBe("verified");
    const { sign: _, ...mute } = { ...provider.signature };
    const silent = defineProvider({ ...provider, signature: mute });
    await expect(sign({ body: BODY }, { provider: silent, secret: SECRET })).rejects.toThrow(
      /Add `sign` to the definition/,
    );
  });

  test.each<[string, CustomVerify, string]>([
    ["says no", () => false, "signature_mismatch"],
    ["says no later", async () => false, "signature_mismatch"],
    [
      "throws",
      () => {
        throw new Error("the key server is away");
      },
      "secret_unavailable",
    ],
    ["rejects", async () => Promise.reject(new Error("away")), "secret_unavailable"],
    ["returns nothing", (() => undefined) as never, "secret_unavailable"],
    ["returns text", (() => "yes") as never, "secret_unavailable"],
    ["returns another secret", () => ({ secret: new Uint8Array(3) }), "secret_unavailable"],
    [
      "throws an error of ours",
      () => {
        throw new WebhookError("timestamp_expired", "too old");
      },
      "timestamp_expired",
    ],
  ])("that %s lets nothing in", async (_, verify, code) => {
    const verifier = createVerifier({ provider: acme(verify), secret: SECRET });
    expect(await codeOf(verifier.check({ headers, body: BODY }))).toBe(code);
  });

  test("may verify other bytes than were sent, which are parsed in their place", async () => {
    const provider = acme(() => ({ body: '{"id":"evt_2"}', verifiableUntilMs: 5 }));
    const verifier = createVerifier({ provider, secret: SECRET });
    const event = await verifier.verify({ headers: {}, body: "a.token.here" });
    expect(event.id).toBe("evt_2");
    expect((await verifier.check({ headers: {}, body: "x" })).verifiableUntilMs).toBe(5);
  });

  test.each<[string, object, RegExp]>([
    ["without covers", { covers: undefined }, /verify needs covers/],
    [
      "with a signature beside it",
      { signature: { header: "X-S", encoding: "hex" } },
      /verify and signature/,
    ],
    ["with an id that it does not cover", { covers: ["/n"] }, /does not cover the id/],
    [
      "with dedup by content that it does not cover",
      { covers: ["/id"], dedup: "content" },
      /does not cover the whole body/,
    ],
  ])("is refused %s", (_, more, message) => {
    expect(() => acme(bySha3, more)).toThrow(message);
  });
});

const NOW_MS = 1_800_000_000_000;

function ticketed(said: object, more: Partial<CustomDefinition> = {}) {
  return acme(() => said, {
    covers: ["body", "timestamp"],
    timestamp: { part: "sent", unit: "seconds", of: "attempt", toleranceSeconds: 60 },
    ...more,
  });
}

/** The parts of a ticket, sent so many seconds from now. */
function sent(seconds: number): ReadonlyMap<string, string> {
  return new Map([["sent", String(NOW_MS / 1000 + seconds)]]);
}

describe("What a function of the user's own says of the signature", () => {
  const check = async (provider: ReturnType<typeof acme>, given: object = headers) => {
    const verifier = createVerifier({ provider, secret: SECRET, now: () => NOW_MS });
    return verifier.check({ headers: given as Record<string, string>, body: BODY });
  };
  const headers = { "X-Sent": "1800000000" };

  test("is read by fields, and its time guards freshness", async () => {
    const checked = await check(ticketed({ parts: sent(-60) }));
    expect(checked.verifiableUntilMs).toBe(NOW_MS);
    const event = await createVerifier({
      provider: ticketed({ parts: sent(-1) }),
      secret: SECRET,
      now: () => NOW_MS,
    }).verify({ headers: {}, body: BODY });
    expect(event.timestamp).toEqual(new Date(NOW_MS - 1000));
    expect(await codeOf(check(ticketed({ parts: sent(-61) })))).toBe("timestamp_expired");
    expect(await codeOf(check(ticketed({ parts: sent(61) })))).toBe("timestamp_future");
    expect(await codeOf(check(ticketed({})))).toBe("timestamp_missing");
  });

  test("and a covered time in a header guards freshness, too", async () => {
    const timestamp = { header: "X-Sent", unit: "seconds", of: "attempt" } as const;
    const provider = ticketed({}, { timestamp });
    expect(await codeOf(check(provider))).toBe("verified");
    expect(await codeOf(check(provider, { "X-Sent": "1799999000" }))).toBe("timestamp_expired");
    expect(await codeOf(check(provider, {}))).toBe("timestamp_missing");
  });

  test("lasts no longer than the earlier of both", async () => {
    const soon = { parts: sent(0), verifiableUntilMs: NOW_MS + 5 };
    expect((await check(ticketed(soon))).verifiableUntilMs).toBe(NOW_MS + 5);
    const late = { parts: sent(0), verifiableUntilMs: NOW_MS + 70_000 };
    expect((await check(ticketed(late))).verifiableUntilMs).toBe(NOW_MS + 60_000);
  });

  test("a delivery without its header is refused before the function is called", async () => {
    let calls = 0;
    const provider = acme(() => ++calls > 0, { header: "X-Ticket" });
    const verifier = createVerifier({ provider, secret: SECRET });
    expect(await codeOf(verifier.check({ headers: {}, body: BODY }))).toBe("signature_missing");
    expect(calls).toBe(0);
    expect(await codeOf(verifier.check({ headers: { "x-ticket": "" }, body: BODY }))).toBe(
      "verified",
    );
  });

  test("secrets are read by a function of its own, for verifying and for signing", async () => {
    const uses: string[] = [];
    const provider = acme(({ body }, { secrets: [secret] }) => body[0] === secret?.[0], {
      readSecret: (secret, use) => {
        uses.push(`${use} ${String(secret)}`);
        if (secret === "bad") throw new WebhookError("config_invalid", "no secret");
        return secret === "usual" ? undefined : Buffer.from("{");
      },
      sign: (_, { secrets }) => ({ headers: { "x-signature": String(secrets[0]?.[0]) } }),
    });
    expect(
      await codeOf(createVerifier({ provider, secret: "any" }).check({ headers: {}, body: BODY })),
    ).toBe("verified");
    const signed = await sign({ body: BODY }, { provider, secret: "any" });
    expect(signed.headers["x-signature"]).toBe(String("{".charCodeAt(0)));
    expect(() => createVerifier({ provider, secret: "bad" })).toThrow("no secret");
    expect(() => createVerifier({ provider, secret: "" })).toThrow(/secret is empty/);
    createVerifier({ provider, secret: "usual" });
    expect(uses).toEqual(["verify any", "sign any", "verify bad", "verify usual"]);
  });
});
