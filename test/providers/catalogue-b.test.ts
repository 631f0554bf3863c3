import {
  createVerifier,
  isWebhookError,
  sign,
  type Delivery,
  type Provider,
} from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { KNOWN_ANSWERS, type KnownAnswer } from "../vectors/known-answers-b.ts";

function verifierFor({ provider, secret, nowSeconds }: KnownAnswer) {
  return createVerifier({ provider, secret, now: () => nowSeconds * 1000 });
}

function deliveryOf({ headers, body }: KnownAnswer): Delivery {
  return { headers, body: Buffer.from(body) };
}

async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "verified";
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return error.code;
  }
}

/** The same text with its last digit replaced by another. */
function withAnotherDigit(text: string): string {
  return text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
}

test("every preset of this half has a known answer", () => {
  expect(new Set(KNOWN_ANSWERS.map(({ provider }) => provider.name)).size).toBe(32);
});

describe.each(KNOWN_ANSWERS)("$provider.name", (answer) => {
  const { provider, headers, body, signedHeaders, signedPart, event } = answer;

  test("verifies a signature made by somebody else", async () => {
    const checked = await verifierFor(answer).check(deliveryOf(answer));
    expect(Buffer.from(checked.rawBody).toString()).toBe(body);
  });

  test("says what the delivery carries", async () => {
    if (provider === presets.box) return; // Box's sample has no id; its own test is below.
    const verified = await verifierFor(answer).verify(deliveryOf(answer));
    expect({ id: verified.id, type: verified.type, unsigned: verified.unsigned }).toEqual({
      id: undefined,
      type: undefined,
      unsigned: [],
      ...event,
    });
    expect(verified.body).toEqual(JSON.parse(body));
    expect(verified.key === undefined).toBe(provider.dedup === "none");
  });

  test("refuses a body in which any byte is another", async () => {
    const verifier = verifierFor(answer);
    const bytes = Buffer.from(body);
    const outcomes = Array.from(bytes.keys(), (index) => {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      return outcome(verifier.check({ headers, body: changed }));
    });
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["signature_mismatch"]));
  });

  test.each(signedHeaders)("refuses a changed %s", async (name) => {
    const changed = { ...headers, [name]: withAnotherDigit(headers[name] ?? "") };
    expect(changed).not.toEqual(headers);
    expect(await outcome(verifierFor(answer).check({ headers: changed, body }))).toBe(
      "signature_mismatch",
    );
  });

  const signedParts = signedPart === undefined ? [] : [signedPart];
  test.each(signedParts)("refuses a changed %s in the signature header", async (name) => {
    const header = String(provider.signature.header);
    const part = new RegExp(`(?<=\\b${name}=)\\d+`);
    const changed = {
      ...headers,
      [header]: (headers[header] ?? "").replace(part, withAnotherDigit),
    };
    expect(changed).not.toEqual(headers);
    expect(await outcome(verifierFor(answer).check({ headers: changed, body }))).toBe(
      "signature_mismatch",
    );
  });

  test("refuses another secret", async () => {
    const verifier = createVerifier({
      provider,
      secret: Buffer.from("another secret"),
      now: () => answer.nowSeconds * 1000,
    });
    expect(await outcome(verifier.check(deliveryOf(answer)))).toBe("signature_mismatch");
  });

  test("says where it is documented", () => {
    expect(provider.docs).toMatch(/^https:\/\//);
  });

  test("expires by a signed time of the attempt, and by nothing else", async () => {
    const aWeekLater = createVerifier({
      provider,
      secret: answer.secret,
      now: () => (answer.nowSeconds + 7 * 86_400) * 1000,
    });
    const guarded = provider.timestamp?.of === "attempt" && provider.timestamp.unsigned !== true;
    expect(await outcome(aWeekLater.check(deliveryOf(answer)))).toBe(
      guarded ? "timestamp_expired" : "verified",
    );
  });
});

function answerOf(provider: Provider): KnownAnswer {
  const answer = KNOWN_ANSWERS.find((candidate) => candidate.provider === provider);
  if (answer === undefined) throw new Error(`no known answer for ${provider.name}`);
  return answer;
}

describe("Box", () => {
  const answer = answerOf(presets.box);

  test.each([
    ["primary", "SamplePrimaryKey"],
    ["secondary", "SampleSecondaryKey"],
  ])("is verified by the %s key alone", async (_, secret) => {
    const verifier = verifierFor({ ...answer, secret });
    expect(await outcome(verifier.check(deliveryOf(answer)))).toBe("verified");
  });

  test.each([
    ["box-signature-version", "2"],
    ["box-signature-algorithm", "HmacSHA1"],
  ])("is refused with another %s", async (name, value) => {
    const headers = { ...answer.headers, [name]: value };
    expect(await outcome(verifierFor(answer).check({ headers, body: answer.body }))).toBe(
      "signature_malformed",
    );
  });
});

test.each([presets.revolut, presets.pagerduty])(
  "$name may send several signatures while a secret is rotated",
  async (provider) => {
    const answer = answerOf(provider);
    const name = String(provider.signature.header);
    const headers = { ...answer.headers, [name]: `v1=${"0".repeat(64)},${answer.headers[name]}` };
    expect(await outcome(verifierFor(answer).check({ headers, body: answer.body }))).toBe(
      "verified",
    );
  },
);

test("a delivery from Cal.com without a secret is refused", async () => {
  const answer = answerOf(presets.calcom);
  const headers = { "X-Cal-Signature-256": "no-secret-provided" };
  expect(await outcome(verifierFor(answer).check({ headers, body: answer.body }))).toBe(
    "signature_malformed",
  );
});

describe("where the time runs straight into the body", () => {
  test.each([
    [presets.zendesk, "X-Zendesk-Webhook-Signature-Timestamp"],
    [presets.twitchEventsub, "Twitch-Eventsub-Message-Timestamp"],
  ])("no character moves from one into the other ($name)", async (provider, header) => {
    const answer = answerOf(provider);
    const time = answer.headers[header] ?? "";
    const verifier = verifierFor(answer);
    const outcomes = Array.from({ length: time.length - 1 }, (_unused, index) => {
      const headers = { ...answer.headers, [header]: time.slice(0, index + 1) };
      const body = time.slice(index + 1) + answer.body;
      return outcome(verifier.check({ headers, body }));
    });
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["timestamp_malformed"]));
  });
});

/** What a preset's provider sends for two events; where the id is a header, `id` tells them apart. */
function twoEvents({ provider, body, otherBody }: KnownAnswer): [Sent, Sent] {
  if (provider === presets.box) {
    const box = (id: string) => JSON.stringify({ ...(JSON.parse(body) as object), id });
    return [
      { body: box("eb0c4e06-751f-442c-86f8-fd5bb404dbec"), id: "" },
      { body: box("eb0c4e06-751f-442c-86f8-fd5bb404dbed"), id: "" },
    ];
  }
  return [
    { body, id: "first" },
    { body: otherBody ?? body, id: "second" },
  ];
}

type Sent = { readonly body: string; readonly id: string };

async function attemptOf({ provider, secret }: KnownAnswer, event: Sent, atMs: number) {
  const now = () => atMs;
  const signed = await sign({ ...event, timestamp: atMs }, { provider, secret, now });
  return { signed, verifier: createVerifier({ provider, secret, now }) };
}

async function keyOf(answer: KnownAnswer, event: Sent, atMs: number): Promise<string | undefined> {
  const { signed, verifier } = await attemptOf(answer, event, atMs);
  return (await verifier.verify(signed)).key;
}

describe.each(KNOWN_ANSWERS)("signed as $provider.name would", (answer) => {
  const { provider, signedHeaders, signedPart } = answer;
  const [event] = twoEvents(answer);

  test("a delivery verifies, and carries what was signed", async () => {
    const { signed, verifier } = await attemptOf(answer, event, 1_800_000_000_123);
    const verified = await verifier.verify(signed);
    expect(verified.body).toEqual(JSON.parse(event.body));
    expect(Buffer.from(verified.rawBody).toString()).toBe(event.body);
  });

  test("one changed byte in each signed part is refused", async () => {
    const { signed, verifier } = await attemptOf(answer, event, 1_800_000_000_123);
    const { headers, body } = signed;
    const changes: Delivery[] = Array.from(body.keys(), (index) => {
      const changed = Uint8Array.from(body);
      changed[index] = (changed[index] ?? 0) ^ 1;
      return { headers, body: changed };
    });
    for (const name of signedHeaders.map((header) => header.toLowerCase())) {
      const value = headers[name] ?? "";
      const changed = /\d/.test(value) ? withAnotherDigit(value) : `${value.slice(0, -1)}!`;
      changes.push({ headers: { ...headers, [name]: changed }, body });
    }
    if (signedPart !== undefined) {
      const name = String(provider.signature.header).toLowerCase();
      const part = new RegExp(`(?<=\\b${signedPart}=)\\d+`);
      const changed = (headers[name] ?? "").replace(part, withAnotherDigit);
      changes.push({ headers: { ...headers, [name]: changed }, body });
    }
    const outcomes = await Promise.all(changes.map((change) => outcome(verifier.check(change))));
    expect(new Set(outcomes)).toEqual(new Set(["signature_mismatch"]));
  });
});

const ATTEMPTS_MS = [1_800_000_000_000, 1_800_000_061_000, 1_800_086_400_000];

describe.each(KNOWN_ANSWERS.filter(({ provider }) => provider.dedup !== "none"))(
  "$provider.name tells events apart by $provider.dedup:",
  (answer) => {
    const [first, second] = twoEvents(answer);

    test("one event has one key, however often it is sent", async () => {
      const keys = await Promise.all(ATTEMPTS_MS.map((atMs) => keyOf(answer, first, atMs)));
      expect(keys[0]).toBeTypeOf("string");
      expect(new Set(keys).size).toBe(1);
    });

    test("two events have two keys, even at one time", async () => {
      const keys = await Promise.all(
        [first, second].map((event) => keyOf(answer, event, 1_800_000_000_000)),
      );
      expect(new Set(keys).size).toBe(2);
    });
  },
);

describe.each(KNOWN_ANSWERS.filter(({ provider }) => provider.dedup === "none"))(
  "$provider.name does not tell events apart:",
  (answer) => {
    test("none has a key, since two may have one body", async () => {
      expect(await keyOf(answer, twoEvents(answer)[0], 1_800_000_000_000)).toBeUndefined();
    });
  },
);

describe("where an id names the event, a retry whose body has changed is still the same event", () => {
  test.each([
    [presets.notion, '"attempt_number":1', '"attempt_number":2'],
    [
      presets.heroku,
      "8a44f820-2354-489d-9a11-a793cbf49979",
      "9b44f820-2354-489d-9a11-a793cbf49979",
    ],
  ])("$name", async (provider, before, after) => {
    const { secret, body } = answerOf(provider);
    expect(body).toContain(before);
    const verifier = createVerifier({ provider, secret });
    const keys = await Promise.all(
      [body, body.replace(before, after)].map(
        async (sent) =>
          (await verifier.verify(await sign({ body: sent }, { provider, secret }))).key,
      ),
    );
    expect(keys[0]).toBe(keys[1]);
  });
});

test("an id that is not signed makes no event another one", async () => {
  const { provider, secret, headers, body } = answerOf(presets.razorpay);
  const verifier = createVerifier({ provider, secret });
  const renamed = { ...headers, "x-razorpay-event-id": "evt_2" };
  const [event, replay] = await Promise.all([
    verifier.verify({ headers, body }),
    verifier.verify({ headers: renamed, body }),
  ]);
  expect([event.id, replay.id]).toEqual(["evt_1", "evt_2"]);
  expect(replay.key).toBe(event.key);
});
