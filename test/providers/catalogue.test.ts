import { createHmac } from "node:crypto";
import {
  createReceiver,
  createVerifier,
  defineProvider,
  type Delivery,
  isWebhookError,
  type Provider,
  type Secrets,
  sign,
  type SignMessage,
  type Verifier,
} from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { describe, expect, test } from "vitest";
import { coversBody, secretsFor } from "../round-trip/presets.ts";
import { KNOWN_ANSWERS, type KnownAnswer } from "../vectors/known-answers.ts";
import { PUBLISHED } from "../vectors/published.ts";

function verifierFor({
  provider,
  secret,
  nowSeconds,
}: Omit<KnownAnswer, "secret"> & { secret: Secrets }) {
  return verifierOf(provider, secret, nowSeconds * 1000);
}

/** For any of the presets: what their bodies look like does not matter here. */
function verifierOf(provider: Provider<object>, secret: Secrets, nowMs: number): Verifier {
  return createVerifier({ provider: provider as Provider, secret, now: () => nowMs });
}

function deliveryOf({ headers, body, method = "POST", url }: KnownAnswer): Delivery {
  return { headers, body: Buffer.from(body), method, url };
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

/** Every way to change one byte of what a signature covers. */
function tamperings(delivery: Delivery, { signedHeaders, signedPart, provider, raw }: KnownAnswer) {
  const headers = new Headers(delivery.headers as Record<string, string>);
  const body = Buffer.from(delivery.body as Uint8Array);
  const changed: [string, Delivery][] = Array.from(body.keys(), (index) => {
    const bytes = Buffer.from(body);
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    return [`byte ${index} of the body`, { ...delivery, body: bytes }];
  });
  const withHeader = (name: string, value: string): Delivery => {
    const others = new Headers(headers);
    others.set(name, value);
    return { ...delivery, headers: others };
  };
  for (const name of signedHeaders) {
    const value = headers.get(name) ?? "";
    changed.push([`the header ${name}`, withHeader(name, withAnotherEnd(value))]);
  }
  if (signedPart !== undefined) {
    const [name = ""] = [provider.signature.header ?? []].flat();
    const part = new RegExp(`(?<=\\b${signedPart}=)\\d+`);
    const value = (headers.get(name) ?? "").replace(part, withAnotherEnd);
    changed.push([`the part ${signedPart}`, withHeader(name, value)]);
  }
  if (!coversBody(provider) || raw !== undefined) changed.splice(0, body.length);
  const content = provider.signature.content ?? "";
  if (content.includes("{url}")) {
    changed.push(["the URL", { ...delivery, url: `${delivery.url ?? ""}&` }]);
  }
  if (content.includes("{method}")) changed.push(["the method", { ...delivery, method: "PUT" }]);
  return changed;
}

/** Which of the deliveries are not refused for their signature. */
async function notRefused(
  verifier: Verifier,
  deliveries: readonly (readonly [string, Delivery])[],
  isFramed = false,
): Promise<string[]> {
  const refusal = isFramed ? /^signature_m/ : /^signature_mismatch$/;
  const found = await Promise.all(
    deliveries.map(async ([what, delivery]) => {
      const code = await outcome(verifier.check(delivery));
      return refusal.test(code) ? [] : [`${what}: ${code}`];
    }),
  );
  return found.flat();
}

/** The same text with another last character, which is a digit where it was one. */
function withAnotherEnd(text: string): string {
  const last = text.slice(-1);
  return text.slice(0, -1) + (last === "0" ? "1" : "0");
}

describe("What providers publish verifies:", () => {
  test.each(PUBLISHED.map((answer) => [answer.provider.name, answer] as const))(
    "%s",
    async (_, { provider, secret, nowSeconds, headers, body, method, url }) => {
      const nowMs = (nowSeconds ?? 0) * 1000;
      const verifier = verifierOf(provider, secret, nowMs);
      await verifier.check({ headers, body, method, url });
      const another = verifierOf(provider, secretsFor(provider).verifying, nowMs);
      expect(await outcome(another.check({ headers, body, method, url }))).toBe(
        "signature_mismatch",
      );
    },
  );
});

test("Every preset has a known answer", () => {
  const named = Object.values(presets).map(({ name }) => name);
  expect(named.length).toBe(117);
  expect(KNOWN_ANSWERS.map(({ provider }) => provider.name).toSorted()).toEqual(named.toSorted());
});

describe.each(KNOWN_ANSWERS.map((answer) => [answer.provider.name, answer] as const))(
  "%s",
  (_name, answer) => {
    const { provider, body, event } = answer;

    // Parra's documentation has no public address.
    test.skipIf(provider.name === "parra")("says where it is documented", () => {
      expect(provider.docs).toMatch(/^https:\/\//);
    });

    test("is a definition that passes the checks of a user's own, and is frozen", () => {
      expect(defineProvider(provider)).toEqual(provider);
      expect(Object.isFrozen(provider) && Object.isFrozen(provider.signature)).toBe(true);
    });

    test("verifies a signature made by openssl, and says what the delivery carries", async () => {
      const verified = await verifierFor(answer).verify(deliveryOf(answer));
      expect({ id: verified.id, type: verified.type, unsigned: verified.unsigned }).toEqual({
        id: undefined,
        type: undefined,
        unsigned: [],
        ...event,
      });
      expect(verified.body).toEqual("parsed" in answer ? answer.parsed : JSON.parse(body));
      expect(Buffer.from(verified.rawBody).toString()).toBe(answer.raw ?? body);
    });

    test("refuses it with one byte changed anywhere in what is signed", async () => {
      const verifier = verifierFor(answer);
      expect(
        await notRefused(verifier, tamperings(deliveryOf(answer), answer), answer.isFramed),
      ).toEqual([]);
    });

    test("refuses it with another secret", async () => {
      const verifier = verifierFor({ ...answer, secret: secretsFor(provider).verifying });
      expect(await outcome(verifier.check(deliveryOf(answer)))).toBe("signature_mismatch");
    });

    test("lets a week pass unless the time of the attempt is signed", async () => {
      const late = verifierFor({ ...answer, nowSeconds: answer.nowSeconds + 7 * 86_400 });
      const guarded = provider.timestamp?.of === "attempt" && provider.timestamp.unsigned !== true;
      expect(await outcome(late.verify(deliveryOf(answer)))).toBe(
        guarded ? "timestamp_expired" : "verified",
      );
    });

    test("verifies what sign() makes for it, and refuses it with one byte changed", async () => {
      const { delivery, verifier } = await attempt(
        answer,
        { body: answer.raw ?? body },
        1_800_000_000_123,
      );
      await verifier.check(delivery);
      expect(await notRefused(verifier, tamperings(delivery, answer), answer.isFramed)).toEqual([]);
    });
  },
);

/** What the provider would send at a time, and a verifier of that time. */
async function attempt(
  {
    provider,
    secret,
    signingSecret,
    headers,
    raw,
    url = "https://example.com/hooks?shop=7",
  }: KnownAnswer,
  message: SignMessage,
  atMs: number,
) {
  const now = (): number => atMs;
  const given = { type: "type-1", url, ...message };
  const signed = await sign(given, { provider, secret: signingSecret ?? secret, now });
  const { "Content-Type": contentType = signed.headers["content-type"] } = headers;
  const delivery: Delivery = {
    method: "POST",
    url,
    ...signed,
    headers: {
      ...signed.headers,
      ...(message.form !== true &&
        raw === undefined &&
        contentType !== undefined && { "content-type": contentType }),
    },
  };
  return { delivery, verifier: verifierOf(provider, secret, atMs) };
}

async function keyOf(
  answer: KnownAnswer,
  message: SignMessage,
  atMs: number,
): Promise<string | undefined> {
  const { delivery, verifier } = await attempt(answer, message, atMs);
  // Linear's time of the attempt stands in the body: this one is as old as it is.
  const event = "body" in (answer.provider.timestamp ?? {}) ? verifierFor(answer) : verifier;
  return (await event.verify(delivery)).key;
}

describe("Events are told apart", () => {
  const keyed = KNOWN_ANSWERS.filter(({ provider }) => provider.dedup !== "none");

  test.each(keyed.map((answer) => [answer.provider.name, answer] as const))(
    "for %s: each has one key, whenever it is sent, and no two have the same",
    async (_, answer) => {
      const body = answer.raw ?? answer.body;
      const { otherBody = body, retryBody = body } = answer;
      const first = { body, id: "msg_1" };
      const second = { body: otherBody, id: "msg_2" };
      const minute = 1_763_780_420_000;
      const key = await keyOf(answer, first, minute);
      expect(key).toBeTypeOf("string");
      expect(await keyOf(answer, { ...first, body: retryBody }, minute + 20_000)).toBe(key);
      expect(await keyOf(answer, { ...first, body: retryBody }, minute + 7_200_000)).toBe(key);
      expect(await keyOf(answer, second, minute)).not.toBe(key);
    },
  );

  test.each(
    KNOWN_ANSWERS.filter(({ provider }) => provider.dedup === "none").map(
      (answer) => [answer.provider.name, answer] as const,
    ),
  )("not for %s, where identical bodies may be different events", async (_, answer) => {
    expect(await keyOf(answer, { body: answer.body }, Date.now())).toBeUndefined();
  });

  test("by no more than what is signed: a replay under another unsigned id is no new event", async () => {
    const answer = answerOf(presets.github);
    const { headers, body } = answer;
    const renamed = { ...headers, "X-GitHub-Delivery": "another", "X-GitHub-Event": "issues" };
    const event = await verifierFor(answer).verify({ headers, body });
    const replay = await verifierFor(answer).verify({ headers: renamed, body });
    expect(replay.id).toBe("another");
    expect(replay.key).toBe(event.key);
  });

  test("for Para alike in both of its content types", async () => {
    const answer = answerOf(presets.para);
    const json = await keyOf(answer, { body: answer.body }, 0);
    expect(await keyOf(answer, { body: answer.body, form: true }, 0)).toBe(json);
  });

  test("for Slack by their bodies where they have no id, as slash commands", async () => {
    const answer = answerOf(presets.slack);
    const send = async (trigger: string): Promise<string | undefined> => {
      const body = `command=%2Fdeploy&text=&trigger_id=${trigger}`;
      const { delivery, verifier } = await attempt(answer, { body }, 1_763_780_420_000);
      // Signed as it stands, and sent as what it is: sign() would make it a field of another form.
      const headers = new Headers(delivery.headers as Record<string, string>);
      headers.set("content-type", "application/x-www-form-urlencoded");
      const event = await verifier.verify({ ...delivery, headers });
      expect(event.body).toEqual({ command: "/deploy", text: "", trigger_id: trigger });
      return event.key;
    };
    expect(await send("1")).toBe(await send("1"));
    expect(await send("1")).not.toBe(await send("2"));
  });

  test("for LINE also where it sends no event at all, as its console does to verify", async () => {
    const answer = answerOf(presets.line);
    const body = `{"destination":"xxxxxxxxxx","events":[]}`;
    expect(await keyOf(answer, { body }, 0)).toBeTypeOf("string");
  });
});

test.each([presets.mollie])("$name verifies with and without its prefix", async (provider) => {
  const answer = answerOf(provider);
  const [[name, value] = ["", ""]] = Object.entries(answer.headers);
  expect(value).toMatch(/^sha256=/);
  const bare = { ...answer, headers: { [name]: value.replace("sha256=", "") } };
  expect(await outcome(verifierFor(bare).check(deliveryOf(bare)))).toBe("verified");
});

test("Supabase's keys of another kind, and the bare base64, do no harm", async () => {
  const answer = answerOf(presets.supabaseAuthHooks);
  for (const secret of [
    `v1a,whpk_c29tZXRoaW5n|${answer.secret}`,
    answer.secret.replace("v1,whsec_", ""),
  ]) {
    const verifier = verifierFor({ ...answer, secret });
    expect(await outcome(verifier.check(deliveryOf(answer)))).toBe("verified");
  }
});

test("Supabase sends a signature of each secret, parted by a comma and a space", async () => {
  const answer = answerOf(presets.supabaseAuthHooks);
  const older = "v1,whsec_YW4gb2xkZXIga2V5IG9mIHRoZSBzYW1lIGhvb2s=";
  // Signed by openssl, as the known answers.
  const signatures = [
    "v1,J9Gn1JJCVGnWaMHEo81yZEayinMlyoqtfi7ZHFA88Rk=",
    answer.headers["webhook-signature"],
  ];
  const headers = { ...answer.headers, "webhook-signature": signatures.join(", ") };
  for (const secret of [answer.secret, older]) {
    const verifier = verifierFor({ ...answer, secret });
    expect(await outcome(verifier.check({ headers, body: answer.body }))).toBe("verified");
  }
});

describe("A secret of Polar's that is older than its base64 ones is taken literally", () => {
  // Both signed by openssl, as the known answers.
  test.each([
    [
      "of another form",
      presets.polar,
      "polar_whs_ovyN6cPrTv56AApvzCaJno08SSmGJmgbWilb33N2JuK",
      "v1,ExpHyB7V/2udmBMKSNpbn3XtLKh/rwhGLj/djeV3kKo=",
    ],
    [
      "with the same prefix, once the definition says so",
      defineProvider({ ...presets.polar, secret: { encoding: "utf8" } }),
      "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
      "v1,ZlKGi+8T53//cNEco8LqaaEQ49yLLZX2K8eEMwFdYEs=",
    ],
  ])("%s", async (_, provider, secret, signature) => {
    const answer = answerOf(presets.polar);
    const headers = { ...answer.headers, "webhook-signature": signature };
    const verifier = verifierFor({ ...answer, provider, secret });
    expect(await outcome(verifier.check({ headers, body: answer.body }))).toBe("verified");
  });
});

test("Slack's interactions come as JSON in a form", async () => {
  const { secret } = answerOf(presets.slack);
  const options = { provider: presets.slack, secret };
  const interaction = await sign({ body: { type: "block_actions" }, form: true }, options);
  expect(Buffer.from(interaction.body).toString()).toMatch(/^payload=/);
  const event = await createVerifier(options).verify(interaction);
  expect(event.type === "block_actions" && event.body).toEqual({ type: "block_actions" });
});

describe("JSON that is sent again under the content type of a form, which nobody signs", () => {
  // What somebody wrote into an issue or a message, and who has seen the delivery.
  const text = `&payload=${encodeURIComponent('{"type":"forged"}')}&`;
  const bodies = [
    JSON.stringify({ type: "genuine", text }),
    `\ufeff\n { "type": "genuine", "text": "${text}" }`,
    JSON.stringify([text]),
    JSON.stringify(text),
  ];
  const types = ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; a=b"];
  test.each([presets.github, presets.slack, presets.zendesk] as readonly Provider<object>[])(
    "is still JSON for $name",
    async (provider) => {
      for (const body of bodies) {
        const url = "https://example.com/";
        const signed = await sign({ body, type: "a", url }, { provider, secret: "a secret" });
        const verifier = verifierOf(provider, "a secret", Date.now());
        for (const type of types) {
          const headers = new Headers({ ...signed.headers, "content-type": type });
          const event = await verifier.verify({ headers, body: signed.body, url });
          expect(event.body).toEqual(JSON.parse(body.replace("\ufeff", "")));
        }
      }
    },
  );
});

describe("An id with a time in it, between the characters that separate them", () => {
  // The content of a text that somebody else wrote; with it what is signed could be cut so that a later time stands in it.
  const text = "hello.1763890000.APPROVE";

  test.each([presets.standardWebhooks, presets.svix] as readonly Provider<object>[])(
    "is refused by $name, so that nothing signed can be cut in another place",
    async (provider) => {
      const secret = Buffer.alloc(32, 7);
      const options = { provider, secret };
      const [idHeader = "", timeHeader = ""] = Object.keys(
        (await sign({ body: text, id: "msg_1" }, options)).headers,
      ).filter((name) => /-(id|timestamp)$/.test(name));
      const { headers } = await sign(
        { body: text, id: "msg_1", timestamp: 1_763_800_000_000 },
        options,
      );
      const cut = {
        headers: {
          ...headers,
          [idHeader]: "msg_1.1763800000.hello",
          [timeHeader]: "1763890000",
        },
        body: "APPROVE",
      };
      const verifier = verifierOf(provider, secret, 1_763_890_000_000);
      expect(await outcome(verifier.check(cut))).toBe("signature_malformed");
      const dotted = await sign({ body: text, id: "tenant.2026.msg_1" }, options);
      expect(await outcome(verifierOf(provider, secret, Date.now()).check(dotted))).toBe(
        "verified",
      );
    },
  );
});

test("a signed URL that a proxy has changed is what the refusal names", async () => {
  const { secret } = answerOf(presets.square);
  const called = { body: {}, url: "https://example.com/hook" };
  const signed = await sign(called, { provider: presets.square, secret });
  const inside = { ...signed, url: "http://10.0.0.7:3000/hook" };
  const verify = (publicUrl?: string): Promise<unknown> =>
    createVerifier({ provider: presets.square, secret, publicUrl }).check(inside);
  await expect(verify()).rejects.toThrow(/set publicUrl behind a proxy/);
  expect(await outcome(verify("https://example.com"))).toBe("verified");
});

describe("a signed URL is written as the provider writes it", () => {
  // The characters that HubSpot's documentation lists; what comes encoded otherwise is signed encoded.
  test("HubSpot signs twelve characters decoded, in either case of the digits, and no others", async () => {
    const { secret } = answerOf(presets.hubspotV3);
    const sent =
      "https://example.com/h%2fook?a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B&b=%20%26%25&c=%3a";
    const signedUrl = "https://example.com/h/ook?a=:/?@!$'()*,;&b=%20%26%25&c=:";
    const timestamp = "1700000000000";
    const mac = createHmac("sha256", secret).update(`POST${signedUrl}[]${timestamp}`);
    const headers = {
      "x-hubspot-signature-v3": mac.digest("base64"),
      "x-hubspot-request-timestamp": timestamp,
    };
    const verifier = verifierOf(presets.hubspotV3, secret, Number(timestamp));
    const delivery = { headers, body: "[]", method: "POST", url: sent };
    expect(await outcome(verifier.check(delivery))).toBe("verified");
  });

  test.each([presets.square, presets.trello])(
    "$name signs a URL that ends with the host as it was registered",
    async (provider) => {
      const { secret } = answerOf(provider);
      for (const publicUrl of ["https://example.com", "https://example.com/"]) {
        const signed = await sign({ body: {}, url: publicUrl }, { provider, secret });
        const called = { ...signed, url: "https://example.com/" };
        const check = (registered: string): Promise<unknown> =>
          createVerifier({ provider, secret, publicUrl: registered }).check(called);
        expect(await outcome(check(publicUrl))).toBe("verified");
        const other = publicUrl.endsWith("/") ? publicUrl.slice(0, -1) : `${publicUrl}/`;
        expect(await outcome(check(other))).toBe("signature_mismatch");
      }
    },
  );
});

describe("Box", () => {
  // Its documentation shows one delivery under two keys.
  const published = PUBLISHED.find(({ provider }) => provider === presets.box);
  const answer: KnownAnswer = { ...answerOf(presets.box), ...published };

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

test.each([presets.revolut, presets.pagerduty, presets.mollie])(
  "$name may send several signatures while a secret is rotated, in one header or in two",
  async (provider) => {
    const answer = answerOf(provider);
    const { signature } = provider;
    const name = String(signature.header);
    const other = `${signature.prefix}${"0".repeat(64)}`;
    for (const both of [
      `${other}, ${answer.headers[name]}`,
      `${answer.headers[name]},${other}`,
      [other, answer.headers[name] ?? ""],
    ]) {
      const headers = { ...answer.headers, [name]: both };
      const checked = verifierFor(answer).check({ headers, body: answer.body });
      expect(await outcome(checked)).toBe("verified");
    }
  },
);

test.each([
  [presets.supabaseAuthHooks, 30_000],
  [presets.bitbucket, 300_000],
])(
  "a genuine delivery of $0.name of $1 bytes is not refused as too large",
  async (provider, bytes) => {
    const { secret } = answerOf(provider);
    const receiver = createReceiver({ provider, secret });
    const body = JSON.stringify({ text: "x".repeat(bytes) });
    const receipt = await receiver.receive(await sign({ body, id: "1" }, { provider, secret }));
    expect(receipt.status).toBe("accepted");
  },
);

describe("X", () => {
  const answer = answerOf(presets.xTwitter);
  const older = answer.headers["x-twitter-webhooks-signature"] ?? "";
  // Signed by openssl, as the known answers.
  const newer = "sha256=U2PfiNiBwazBcrBB4AtA+z++Mrw2X1eimN9aiVRwcxw=";
  const both = [
    { name: "X-Twitter-Webhooks-Signature-OAuth2", value: newer, secret: "x client secret" },
    { name: "X-Twitter-Webhooks-Signature", value: older, secret: answer.secret },
  ];

  test.each(both)("signs in $name under a secret of its own", async ({ name, value, secret }) => {
    const verifier = verifierFor({ ...answer, secret });
    const delivery = { headers: { [name]: value }, body: answer.body };
    expect(await outcome(verifier.check(delivery))).toBe("verified");
  });

  test.each(both)("is verified by that of $name where it sends both", async ({ secret }) => {
    const headers = Object.fromEntries(both.map(({ name, value }) => [name, value]));
    const verifier = verifierFor({ ...answer, secret });
    expect(await outcome(verifier.check({ headers, body: answer.body }))).toBe("verified");
  });
});

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
    const verifier = verifierOf(provider, secret, Date.now());
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
  const verifier = verifierOf(provider, secret, Date.now());
  const renamed = { ...headers, "x-razorpay-event-id": "evt_2" };
  const [event, replay] = await Promise.all([
    verifier.verify({ headers, body }),
    verifier.verify({ headers: renamed, body }),
  ]);
  expect([event.id, replay.id]).toEqual(["evt_1", "evt_2"]);
  expect(replay.key).toBe(event.key);
});

function answerOf(provider: Provider<object>): KnownAnswer {
  const answer = KNOWN_ANSWERS.find((candidate) => candidate.provider === provider);
  if (answer === undefined) throw new Error(`no known answer for ${provider.name}`);
  return answer;
}
