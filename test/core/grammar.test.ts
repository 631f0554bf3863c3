import { createHash, createHmac } from "node:crypto";
import {
  defineProvider,
  type Delivery,
  isWebhookError,
  type ProviderDefinition,
  verify,
  type VerifyOptions,
  type WebhookEvent,
} from "@countersign/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";

const KEY = "a key of 32 bytes and two more ..";
const BODY = `{"id":"evt_1","type":"paid","at":1700000000}`;
const NOW_S = 1_700_000_000;
const now = (): number => NOW_S * 1000;

type Encoding = "hex" | "base64" | "base64url";

function hmac(content: string, encoding: Encoding = "hex", key: string | Buffer = KEY): string {
  return createHmac("sha256", key).update(content).digest(encoding);
}

/** A definition of the simplest kind with something else about it. */
function acme({
  signature,
  ...rest
}: Partial<Omit<ProviderDefinition, "signature">> & {
  readonly signature?: Partial<ProviderDefinition["signature"]>;
} = {}): ProviderDefinition {
  return {
    name: "acme",
    signature: { header: "X-Signature", encoding: "hex", ...signature },
    dedup: "content",
    ...rest,
  };
}

type Sent = Omit<Delivery, "body"> & { readonly body?: Delivery["body"] };

/** `verified`, or the code of the error. */
async function outcome(
  definition: ProviderDefinition,
  delivery: Sent,
  options: Partial<VerifyOptions> = {},
): Promise<string> {
  try {
    await receive(definition, delivery, options);
    return "verified";
  } catch (error) {
    if (isWebhookError(error)) return error.code;
    throw error;
  }
}

function receive(
  definition: ProviderDefinition,
  delivery: Sent,
  options: Partial<VerifyOptions> = {},
): Promise<WebhookEvent> {
  const provider = defineProvider(definition);
  return verify({ body: BODY, ...delivery }, { provider, secret: KEY, now, ...options });
}

function authorized(value: string): Sent {
  return { headers: { Authorization: value } };
}

function signed(value: string): Sent {
  return { headers: { "X-Signature": value } };
}

describe("A definition says where signatures stand:", () => {
  test("in several candidate headers, any one of which is enough", async () => {
    const definition = acme({ signature: { header: ["X-Primary", "X-Secondary"] } });
    const right = hmac(BODY);
    const wrong = "0".repeat(64);
    expect(await outcome(definition, { headers: { "X-Primary": right } })).toBe("verified");
    expect(await outcome(definition, { headers: { "X-Secondary": right } })).toBe("verified");
    expect(
      await outcome(definition, { headers: { "X-Primary": wrong, "X-Secondary": right } }),
    ).toBe("verified");
    expect(
      await outcome(definition, { headers: { "X-Primary": "junk", "X-Secondary": right } }),
    ).toBe("verified");
    expect(await outcome(definition, { headers: { "X-Primary": wrong } })).toBe(
      "signature_mismatch",
    );
    expect(await outcome(definition, { headers: {} })).toBe("signature_missing");
  });

  test.each([",", " "])(
    "in one header that is repeated, where its list is parted by %j",
    async (list) => {
      const definition = acme({ signature: { list, prefix: "v1=" } });
      const values = [`v1=${"0".repeat(64)}`, `v1=${hmac(BODY)}`];
      for (const order of [values, values.toReversed()]) {
        expect(await outcome(definition, { headers: { "X-Signature": order } })).toBe("verified");
        const pairs = order.map((value) => ["x-signature", value] as const);
        expect(await outcome(definition, { headers: pairs })).toBe("verified");
      }
    },
  );

  test.each([",", ";", "&", " "])(
    "as named parts that %j parts, in any order, with or without spaces",
    async (separator) => {
      const definition = acme({
        signature: { pairs: { separator, signature: "v1" }, content: "{timestamp}.{body}" },
        timestamp: { part: "t", unit: "seconds", of: "attempt" },
      });
      const parts = [`t=${NOW_S}`, `v1=${hmac(`${NOW_S}.${BODY}`)}`, "v2=whatever"];
      for (const joint of [separator, `${separator} `, ` ${separator} `]) {
        expect(await outcome(definition, signed(parts.join(joint)))).toBe("verified");
        expect(await outcome(definition, signed(parts.toReversed().join(joint)))).toBe("verified");
      }
    },
  );

  test("as named parts that are split at the first equals sign", async () => {
    const definition = acme({
      signature: {
        encoding: "base64",
        pairs: { separator: ",", signature: "v1" },
        content: "{sig.nonce}{body}",
      },
    });
    const signature = hmac(`a=b==${BODY}`, "base64");
    expect(signature).toMatch(/=$/);
    expect(await outcome(definition, signed(`nonce=a=b==,v1=${signature}`))).toBe("verified");
  });

  test("under a version, and neither unknown nor older ones are fallen back to", async () => {
    const definition = acme({ signature: { pairs: { separator: ",", signature: "v1" } } });
    const right = hmac(BODY);
    expect(await outcome(definition, signed(`v0=x,v1=${right},v9=y`))).toBe("verified");
    expect(await outcome(definition, signed(`v1=${"0".repeat(64)},v1=${right}`))).toBe("verified");
    expect(await outcome(definition, signed(`v0=${right}`))).toBe("signature_malformed");
    expect(await outcome(definition, signed(`v0=${right},v1=${"0".repeat(64)}`))).toBe(
      "signature_mismatch",
    );
    expect(await outcome(definition, signed(right))).toBe("signature_malformed");
  });

  test("by position, with several signatures at the end", async () => {
    const definition = acme({
      signature: {
        positions: { separator: ",", names: ["t", "signature"] },
        content: "{timestamp}{body}",
      },
      timestamp: { part: "t", unit: "milliseconds", of: "attempt" },
    });
    const ms = NOW_S * 1000 + 123;
    const right = hmac(`${ms}${BODY}`);
    expect(await outcome(definition, signed(`${ms},${right}`))).toBe("verified");
    expect(await outcome(definition, signed(`${ms}, ${"0".repeat(64)}, ${right}`))).toBe(
      "verified",
    );
    expect(await outcome(definition, signed(`${right},${ms}`))).toBe("signature_malformed");
    expect(await outcome(definition, signed(`${ms}`))).toBe("signature_malformed");
  });

  test("by position, where an empty value keeps its position", async () => {
    const definition = acme({
      signature: {
        positions: { separator: ":", names: ["key", "nonce", "signature"] },
        content: "{sig.nonce}{body}",
      },
    });
    expect(await outcome(definition, signed(`:n1:${hmac(`n1${BODY}`)}`))).toBe("verified");
    expect(await outcome(definition, signed(`k1::${hmac(BODY)}`))).toBe("verified");
    expect(await outcome(definition, signed(`n1:${hmac(`n1${BODY}`)}`))).toBe(
      "signature_malformed",
    );
  });

  test("as keyId/algorithm/signature, also where the signature has slashes inside", async () => {
    const definition = acme({
      signature: {
        encoding: "base64",
        positions: { separator: "/", names: ["keyId", "algorithm", "signature"] },
      },
      requires: [{ part: "algorithm", value: "HMAC-SHA256" }],
    });
    // Bodies are tried until there is a slash in the signature: every second one has it.
    const body = Array.from({ length: 64 }, (_, n) => `{"n":${n}}`).find((text) =>
      hmac(text, "base64").includes("/"),
    );
    const right = hmac(body ?? "", "base64");
    const send = (value: string): Promise<string> =>
      outcome(definition, { ...signed(value), body: body ?? "" });
    expect(await send(`key-7/HMAC-SHA256/${right}`)).toBe("verified");
    expect(await send(`key-7/HMAC-SHA1/${right}`)).toBe("signature_mismatch");
    expect(await send(`HMAC-SHA256/${right}`)).toBe("signature_malformed");
  });

  test.each(["hex", "base64"] as const)(
    "in groups of keyId/algorithm/signature in %s, each with what is required of it",
    async (encoding) => {
      const definition = acme({
        signature: {
          encoding,
          positions: { separator: "/", names: ["keyId", "algorithm", "signature"], groups: "," },
        },
        requires: [{ part: "algorithm", value: "SHA256" }],
      });
      const old = hmac(BODY, encoding, "the key before");
      const right = hmac(BODY, encoding);
      expect(await outcome(definition, signed(`1/SHA256/${right}`))).toBe("verified");
      expect(await outcome(definition, signed(`1/SHA256/${old}, 2/SHA256/${right}`))).toBe(
        "verified",
      );
      expect(await outcome(definition, signed(`2/SHA256/${right},1/SHA256/${old}`))).toBe(
        "verified",
      );
      expect(await outcome(definition, signed(`1/SHA256/${old},2/none/${right}`))).toBe(
        "signature_mismatch",
      );
      expect(await outcome(definition, signed("1/SHA256,2"))).toBe("signature_malformed");
    },
  );

  test("in groups, each with a timestamp of its own", async () => {
    const definition = acme({
      signature: {
        pairs: { separator: ";", signature: "s", groups: "," },
        content: "{timestamp}.{body}",
      },
      timestamp: { part: "t", unit: "seconds", of: "attempt" },
    });
    const group = (t: number, key: string): string =>
      `t=${t};s=${hmac(`${t}.${BODY}`, "hex", key)}`;
    const both = `${group(NOW_S - 10, "the key before")}, ${group(NOW_S, KEY)}`;
    expect(await outcome(definition, signed(both))).toBe("verified");
    // The time that counts is that of the signature that fits, not that of another group.
    const stale = `${group(NOW_S, "another key")},${group(NOW_S - 301, KEY)}`;
    expect(await outcome(definition, signed(stale))).toBe("timestamp_expired");
    const crossed = `t=${NOW_S};s=${hmac(`${NOW_S - 301}.${BODY}`)}`;
    expect(await outcome(definition, signed(crossed))).toBe("signature_mismatch");
  });

  test("behind the scheme of an Authorization header", async () => {
    const plain = acme({ signature: { header: "Authorization", prefix: "HMAC " } });
    expect(await outcome(plain, authorized(`HMAC ${hmac(BODY)}`))).toBe("verified");
    expect(await outcome(plain, authorized(`Bearer ${hmac(BODY)}`))).toBe("signature_malformed");
    const parts = acme({
      signature: {
        header: "Authorization",
        scheme: "HMAC-SHA256 ",
        pairs: { separator: "&", signature: "Signature" },
        content: "{sig.Credential}\n{body}",
      },
    });
    const value = `Credential=me&Signature=${hmac(`me\n${BODY}`)}`;
    expect(await outcome(parts, authorized(`HMAC-SHA256 ${value}`))).toBe("verified");
    expect(await outcome(parts, authorized(value))).toBe("signature_malformed");
  });

  test("with a prefix that some deliveries leave out", async () => {
    const definition = acme({ signature: { prefix: "sha256=", prefixOptional: true } });
    expect(await outcome(definition, signed(`sha256=${hmac(BODY)}`))).toBe("verified");
    expect(await outcome(definition, signed(hmac(BODY)))).toBe("verified");
    expect(await outcome(definition, signed(`sha512=${hmac(BODY)}`))).toBe("signature_malformed");
  });
});

describe("A definition says how signatures are written:", () => {
  test.each(["hex", "base64", "base64url"] as const)("in %s, strictly", async (encoding) => {
    const definition = acme({ signature: { encoding } });
    const right = hmac(BODY, encoding);
    expect(await outcome(definition, signed(right))).toBe("verified");
    const others: Encoding[] = (["hex", "base64", "base64url"] as const).filter(
      (other) => hmac(BODY, other) !== right,
    );
    for (const other of others) {
      expect(await outcome(definition, signed(hmac(BODY, other)))).toBe("signature_malformed");
    }
    expect(await outcome(definition, signed(`${right}=`))).toBe("signature_malformed");
    expect(await outcome(definition, signed(right.slice(1)))).toBe("signature_malformed");
    expect(await outcome(definition, signed(`\u0000${right.slice(1)}`))).toBe(
      "signature_malformed",
    );
  });
});

describe("A definition says what is signed:", () => {
  const stamp = String(NOW_S);
  const time: ProviderDefinition["timestamp"] = {
    header: "X-Timestamp",
    unit: "seconds",
    of: "attempt",
  };
  const url = "https://example.com/hooks/acme?tenant=7&x=%20";
  const sha256 = (encoding: "hex" | "base64"): string =>
    createHash("sha256").update(BODY).digest(encoding);

  test.each<{ content: string; expected: string }>([
    { content: "{body}{timestamp}", expected: `${BODY}${stamp}` },
    { content: "{body}.{timestamp}", expected: `${BODY}.${stamp}` },
    { content: "v1:{timestamp}:{body}:end", expected: `v1:${stamp}:${BODY}:end` },
    { content: "{{{timestamp}}}{body}", expected: `{${stamp}}${BODY}` },
    {
      content: "é\n{timestamp}\n{body}",
      expected: `é\n${stamp}\n${BODY}`,
    },
    {
      content: "{method} {url}\n{timestamp}\n{body}",
      expected: `POST ${url}\n${stamp}\n${BODY}`,
    },
    {
      content: "{method}{path}{query}{timestamp}{body}",
      expected: `POST/hooks/acme?tenant=7&x=%20${stamp}${BODY}`,
    },
    {
      content: "{timestamp}.{bodySha256.hex}",
      expected: `${stamp}.${sha256("hex")}`,
    },
    {
      content: "{timestamp}.{bodySha256.base64}",
      expected: `${stamp}.${sha256("base64")}`,
    },
    {
      content: "{header:X-Nonce}|{timestamp}|{body}",
      expected: `n-1|${stamp}|${BODY}`,
    },
  ])("$content", async ({ content, expected }) => {
    const definition = acme({ signature: { content }, timestamp: time });
    const send = (signature: string): Promise<string> =>
      outcome(definition, {
        headers: { "X-Signature": signature, "X-Timestamp": stamp, "X-Nonce": "n-1" },
        method: "post",
        url,
      });
    expect(await send(hmac(expected))).toBe("verified");
    expect(await send(hmac(`${expected} `))).toBe("signature_mismatch");
  });

  test.each<{ content: string; unit: "seconds" | "milliseconds" | "iso8601"; text?: true }>([
    { content: "{id}{timestamp}{body}", unit: "iso8601" },
    { content: "{id}{timestamp}{body}", unit: "seconds" },
    { content: "{timestamp}{method}{path}{query}{body}|{id}", unit: "milliseconds" },
    { content: "{method}{url}{body}{timestamp}|{id}", unit: "milliseconds" },
    { content: "{timestamp}{body}.{id}", unit: "seconds", text: true },
    { content: "{timestamp}{id}{bodySha256.hex}", unit: "iso8601", text: true },
  ])(
    "$content without separators, where each part is plain by itself",
    ({ content, unit, text }) => {
      const definition = acme({
        signature: { content },
        id: { header: "X-Id" },
        timestamp: { ...time, unit },
        dedup: "id",
        body: { format: text ? "text" : "json" },
      });
      expect(() => defineProvider(definition)).not.toThrow();
    },
  );

  test("fields of the JSON body", async () => {
    const definition = acme({
      signature: { content: "{json:/id}|{json:/at}|{json:/type}" },
      id: { body: "/id" },
      type: { body: "/type" },
      dedup: "id",
    });
    const right = signed(hmac("evt_1|1700000000|paid"));
    expect(await outcome(definition, right)).toBe("verified");
    expect(await outcome(definition, { ...right, body: `{"id":"evt_1","at":1700000000}` })).toBe(
      "signature_mismatch",
    );
    expect(await outcome(definition, { ...right, body: "no JSON" })).toBe("signature_mismatch");
  });

  test("fields that are true or false, but no fractions, whose digits parsing does not keep", async () => {
    const definition = acme({
      signature: { content: "{json:/id}:{json:/success}:{json:/amount}" },
      dedup: "none",
    });
    const send = (content: string, amount: string): Promise<string> =>
      outcome(definition, {
        ...signed(hmac(content)),
        body: `{"id":"e","success":true,"amount":${amount}}`,
      });
    expect(await send("e:true:1050", "1050")).toBe("verified");
    expect(await send("e:false:1050", "1050")).toBe("signature_mismatch");
    expect(await send("e:true:10.5", "10.5")).toBe("signature_mismatch");
  });

  test("the raw text of a time, never a reformatted one", async () => {
    const definition = acme({
      signature: { content: "{timestamp}.{body}" },
      timestamp: { ...time, unit: "iso8601" },
    });
    const iso = new Date(NOW_S * 1000).toISOString();
    const offset = iso.replace("Z", "+00:00");
    const send = (text: string): Promise<string> =>
      outcome(definition, {
        headers: { "X-Signature": hmac(`${offset}.${BODY}`), "X-Timestamp": text },
      });
    expect(await send(offset)).toBe("verified");
    expect(await send(iso)).toBe("signature_mismatch");
  });

  test("a time with a zero in front is none: the zero may come from what is signed before it", async () => {
    const definition = acme({
      signature: { content: "{path}{timestamp}{body}" },
      timestamp: time,
    });
    const send = (path: string, text: string): Promise<string> =>
      outcome(definition, {
        headers: { "X-Signature": hmac(`/hook0${stamp}${BODY}`), "X-Timestamp": text },
        url: `https://example.com${path}`,
      });
    expect(await send("/hook0", stamp)).toBe("verified");
    expect(await send("/hook", `0${stamp}`)).toBe("timestamp_malformed");
  });

  test("only where a header has the value that it must have", async () => {
    const definition = acme({
      requires: [
        { header: "X-Algorithm", value: "HmacSHA256" },
        { header: "X-Version", value: "1" },
      ],
    });
    const headers = { "X-Signature": hmac(BODY), "X-Algorithm": "HmacSHA256", "X-Version": "1" };
    expect(await outcome(definition, { headers })).toBe("verified");
    expect(await outcome(definition, { headers: { ...headers, "X-Version": "2" } })).toBe(
      "signature_malformed",
    );
    const { "X-Algorithm": _, ...without } = headers;
    expect(await outcome(definition, { headers: without })).toBe("signature_malformed");
  });

  test("by a function, where no template can say it", async () => {
    const definition = acme({
      signature: {
        signedContent: ({ body }, { timestamp }) =>
          Object.keys(JSON.parse(Buffer.from(body).toString()))
            .toSorted()
            .join() + timestamp,
        covers: ["body", "timestamp"],
      },
      timestamp: time,
    });
    const content = `at,id,type${stamp}`;
    const headers = { "X-Signature": hmac(content), "X-Timestamp": stamp };
    expect(await outcome(definition, { headers })).toBe("verified");
    expect(await outcome(definition, { headers, body: "not JSON" })).toBe("signature_mismatch");
  });
});

/** Of a name of its own, since each thing is warned of once. */
function byFunction(signedContent: () => unknown): ProviderDefinition {
  return {
    ...acme({ signature: { signedContent: signedContent as () => string, covers: ["body"] } }),
    name: "by-function",
  };
}

describe("A function that says what is signed", () => {
  test.each<[string, () => unknown]>([
    [
      "threw SyntaxError",
      () => {
        throw new SyntaxError(`Unexpected token in ${BODY}`);
      },
    ],
    ["returned Undefined, neither bytes nor text", () => undefined],
  ])("is told of once where it %s, without a word of the body", async (told, signedContent) => {
    const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => emitted.mockRestore());
    const definition = byFunction(signedContent);
    expect(await outcome(definition, signed(hmac(BODY)))).toBe("signature_mismatch");
    expect(await outcome(definition, signed(hmac(BODY)))).toBe("signature_mismatch");
    const warnings = emitted.mock.calls.filter(([text]) => String(text).includes(told));
    expect(warnings).toEqual([
      [
        expect.stringMatching(/^(?!.*evt_1)by-function: signature\.signedContent /),
        expect.objectContaining({ code: "signed_content_failed" }),
      ],
    ]);
  });

  test("is refused by name where it returns a promise, which may even fail", async () => {
    const definition = byFunction(() => Promise.reject(new Error("nobody waits for this")));
    await expect(receive(definition, signed(hmac(BODY)))).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining("by-function: signature.signedContent returned a promise"),
    });
  });
});

describe("A definition says how the secret is written:", () => {
  const bytes = Buffer.from(
    "00ff10203040506070809fa0b0c0d0e0f0f1f2f3f4f5f6f7f8f9fafbfcfdfe01",
    "hex",
  );
  const right = signed(hmac(BODY, "hex", bytes));
  const base64 = bytes.toString("base64");

  test.each<{ of: ProviderDefinition["secret"] & object; secret: string }>([
    { of: { encoding: "hex" }, secret: bytes.toString("hex") },
    { of: { encoding: "hex" }, secret: bytes.toString("hex").toUpperCase() },
    { of: { encoding: "hex", prefix: "0x" }, secret: `0x${bytes.toString("hex")}` },
    { of: { encoding: "base64" }, secret: base64 },
    { of: { encoding: "base64" }, secret: base64.replace(/=+$/, "") },
    { of: { encoding: "base64", prefix: "whsec_" }, secret: `whsec_${base64}` },
    { of: { encoding: "base64", prefix: "whsec_" }, secret: base64 },
    { of: { encoding: "utf8", prefix: "b64:", withoutPrefix: "base64" }, secret: base64 },
    { of: { encoding: "base64", separator: "|" }, secret: `c29tZXRoaW5nIGVsc2U=|${base64}` },
    {
      of: { encoding: "base64", prefix: "v1,whsec_", separator: "|", ignored: "v1a," },
      secret: `v1a,whpk_something|v1,whsec_${base64}`,
    },
  ])("$of.encoding, as in $secret", async ({ of, secret }) => {
    expect(await outcome(acme({ secret: of }), right, { secret })).toBe("verified");
  });

  test.each<{ of: ProviderDefinition["secret"] & object; secret: string; told: string }>([
    { of: { encoding: "hex" }, secret: "not hex", told: "is not hex" },
    { of: { encoding: "base64" }, secret: "a secret!", told: "is not base64" },
    { of: { encoding: "base64", prefix: "whsec_" }, secret: "whsec_", told: "is empty" },
    {
      of: { encoding: "base64", prefix: "whsec_", withoutPrefix: "refuse" },
      secret: base64,
      told: `does not begin with "whsec_"`,
    },
    {
      of: { encoding: "base64", separator: "|", ignored: "v1a," },
      secret: "v1a,whpk_something",
      told: `every entry of the secret begins with "v1a,"`,
    },
  ])("and a secret that is written otherwise is refused: $told", async ({ of, secret, told }) => {
    await expect(receive(acme({ secret: of }), right, { secret })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining(told),
    });
  });
});

describe("A definition says how times are written:", () => {
  test.each<{ unit: "seconds" | "milliseconds" | "iso8601" | "auto"; text: string }>([
    { unit: "seconds", text: "1700000000" },
    { unit: "milliseconds", text: "1700000000123" },
    { unit: "iso8601", text: "2023-11-14T22:13:20Z" },
    { unit: "iso8601", text: "2023-11-14T22:13:20" },
    { unit: "iso8601", text: "2023-11-14 22:13:20.5" },
    { unit: "iso8601", text: "2023-11-14T22:13:20.123456789Z" },
    { unit: "iso8601", text: "2023-11-14T15:13:20-07:00" },
    { unit: "iso8601", text: "2023-11-15T03:43:20.1+0530" },
    { unit: "auto", text: "1700000000" },
    { unit: "auto", text: "1700000000123" },
    { unit: "auto", text: "2023-11-14T22:13:20.123Z" },
  ])("$unit, as in $text", async ({ unit, text }) => {
    const definition = acme({
      signature: { content: "{timestamp}.{body}" },
      timestamp: { header: "X-Timestamp", unit, of: "attempt" },
    });
    const delivery = {
      headers: { "X-Signature": hmac(`${text}.${BODY}`), "X-Timestamp": text },
    };
    const event = await receive(definition, delivery);
    expect(Math.floor((event.timestamp?.getTime() ?? 0) / 1000)).toBe(NOW_S);
    const late = { now: () => (NOW_S + 302) * 1000 };
    expect(await outcome(definition, delivery, late)).toBe("timestamp_expired");
    const early = { now: () => (NOW_S - 302) * 1000 };
    expect(await outcome(definition, delivery, early)).toBe("timestamp_future");
  });
});

test("Where one of several events in a delivery has no id, the others' ids do not stand for it", async () => {
  const definition = acme({ id: { body: "/events/*/id" }, dedup: "id" });
  for (const body of [`{"events":[{"id":"a"},{}]}`, `{"events":[{"id":"a"},null]}`, `{}`]) {
    expect(await outcome(definition, { ...signed(hmac(body)), body })).toBe("id_missing");
  }
});

describe("Where only some deliveries carry an id", () => {
  const definition = acme({ id: { body: "/events/*/id" }, dedup: "id-or-content" });
  const keyOf = async (body: string): Promise<string | undefined> =>
    (await receive(definition, { ...signed(hmac(body)), body })).key;

  test("an id tells the event, whatever else the body says", async () => {
    const first = await keyOf(`{"events":[{"id":"a","again":false}]}`);
    expect(await keyOf(`{"events":[{"id":"a","again":true}]}`)).toBe(first);
    expect(await keyOf(`{"events":[{"id":"b","again":false}]}`)).not.toBe(first);
    expect(await keyOf(`{"events":[{"id":"a"},{"id":"b"}]}`)).not.toBe(first);
  });

  test("and without one the content does", async () => {
    const none = await keyOf(`{"events":[]}`);
    expect(none).toBeDefined();
    expect(await keyOf(`{"events":[]}`)).toBe(none);
    expect(await keyOf(`{"events":[],"n":1}`)).not.toBe(none);
    // One of two has no id: the other's must not stand for both.
    expect(await keyOf(`{"events":[{"id":"a"},{}]}`)).not.toBe(
      await keyOf(`{"events":[{"id":"a"},{"x":1}]}`),
    );
  });
});

describe("A wrong definition is refused, naming what is wrong with it:", () => {
  const pairs = { separator: ",", signature: "v1" };
  const at = { unit: "seconds", of: "attempt" } as const;

  test.each<{ told: string; wrong: ProviderDefinition }>([
    { told: "provider's name", wrong: { ...acme(), name: "Acme Inc." } },
    { told: "signature is missing", wrong: { ...acme(), signature: undefined as never } },
    { told: "signature.header is", wrong: acme({ signature: { header: "X Signature" } }) },
    { told: "signature.header is empty", wrong: acme({ signature: { header: [] } }) },
    {
      told: "signature.encoding is",
      wrong: acme({ signature: { encoding: "base32" as never } }),
    },
    { told: "dedup is missing", wrong: { ...acme(), dedup: undefined as never } },
    {
      told: "more than one of list, pairs and positions",
      wrong: acme({ signature: { list: " ", pairs } }),
    },
    { told: "signature.list is empty", wrong: acme({ signature: { list: "" } }) },
    {
      told: "signature.pairs.separator is empty",
      wrong: acme({ signature: { pairs: { separator: "", signature: "v1" } } }),
    },
    {
      told: `signature.list is "a", which may stand inside`,
      wrong: acme({ signature: { list: "a" } }),
    },
    {
      told: `signature.positions.groups is "/", which may stand inside`,
      wrong: acme({
        signature: {
          encoding: "base64",
          positions: { separator: ":", names: ["t", "signature"], groups: "/" },
        },
      }),
    },
    {
      told: `signature.pairs.separator is "/", which may stand inside`,
      wrong: acme({
        signature: { encoding: "base64", pairs: { separator: "/", signature: "v1" } },
      }),
    },
    {
      told: `"signature" must be the last of positions.names`,
      wrong: acme({
        signature: {
          encoding: "base64",
          positions: { separator: "/", names: ["signature", "keyId"] },
        },
      }),
    },
    {
      told: "signature.pairs.signature is empty",
      wrong: acme({ signature: { pairs: { separator: ",", signature: "" } } }),
    },
    {
      told: `one part that is called "signature"`,
      wrong: acme({ signature: { positions: { separator: ",", names: ["t", "v1"] } } }),
    },
    { told: "signature.scheme is for", wrong: acme({ signature: { scheme: "HMAC " } }) },
    {
      told: "signature.prefixOptional is set",
      wrong: acme({ signature: { prefixOptional: true } }),
    },
    { told: "needs covers", wrong: acme({ signature: { signedContent: () => "" } }) },
    {
      told: "signature.signedContent is async",
      wrong: acme({
        signature: { signedContent: (async () => "") as never, covers: ["body"] },
      }),
    },
    { told: "signature.covers is for", wrong: acme({ signature: { covers: ["body"] } }) },
    {
      told: "nothing of the body",
      wrong: acme({ signature: { content: "" }, dedup: "none" }),
    },
    {
      told: "nothing of the body",
      wrong: acme({
        signature: { content: "{timestamp}" },
        timestamp: { header: "X-Timestamp", ...at },
        dedup: "none",
      }),
    },
    { told: `a lone "{"`, wrong: acme({ signature: { content: "{body" } }) },
    {
      told: "{payload}, which stands for nothing",
      wrong: acme({ signature: { content: "{payload}" } }),
    },
    {
      told: "{json:id}, which stands for nothing",
      wrong: acme({ signature: { content: "{json:id}{body}" } }),
    },
    {
      told: "{json:/events/*/id}, and how several values would be signed is not said",
      wrong: acme({
        signature: { content: "{json:/events/*/id}" },
        id: { body: "/events/*/id" },
        dedup: "id",
      }),
    },
    {
      told: `a body of the format "text" has no fields`,
      wrong: acme({ signature: { content: "{json:/id}|{body}" }, body: { format: "text" } }),
    },
    {
      told: "{header:...} in signature.content",
      wrong: acme({ signature: { content: "{header:X Nonce}{body}" } }),
    },
    {
      told: "no timestamp is defined",
      wrong: acme({ signature: { content: "{timestamp}{body}" } }),
    },
    { told: "no id is defined", wrong: acme({ signature: { content: "{id}{body}" } }) },
    {
      told: "{sig.t} needs a signature header with parts",
      wrong: acme({ signature: { content: "{sig.t}{body}" } }),
    },
    {
      told: "which is the signature itself",
      wrong: acme({ signature: { pairs, content: "{sig.v1}{body}" } }),
    },
    {
      told: `is "nonce", which is not among signature.positions.names`,
      wrong: acme({
        signature: {
          positions: { separator: ",", names: ["t", "signature"] },
          content: "{sig.nonce}{body}",
        },
      }),
    },
    ...(
      [
        ["{id}", "{header:x-type}", "{timestamp}.{id}{header:X-Type}.{body}", {}],
        ["{id}", "{timestamp}", "{id}{timestamp}.{body}", { of: "event" }],
        ["{timestamp}", "{id}", "{timestamp}{id}.{body}", { unit: "auto" }],
        ["{timestamp}", "{body}", "{id}.{timestamp}{body}", { unit: "auto", format: "text" }],
        ["{id}", "{body}", "{timestamp}.{id}{body}", { format: "text" }],
        ["{id}", "{body}", "{timestamp}.{id}{body}", { format: "form" }],
        ["{id}", "{body}", "{timestamp}.{id}{body}{url}", {}],
        ["{json:/account}", "{json:/id}", "{id}.{timestamp}.{json:/account}{json:/id}", {}],
        ["{url}", "{query}", "{id}.{timestamp}.{url}{query}{body}", {}],
      ] as const
    ).map(([left, right, content, change]) => {
      const { format = "json", ...timeChange } = { format: undefined, ...change };
      return {
        told: `${left}${right}, and nothing says where ${left} ends and ${right} begins`,
        wrong: acme({
          signature: { content },
          id: { header: "X-Id" },
          timestamp: { header: "X-Timestamp", ...at, ...timeChange },
          body: { format },
          dedup: "id",
        }),
      };
    }),
    {
      told: "timestamp.part needs a signature header with parts",
      wrong: acme({ timestamp: { part: "t", ...at } }),
    },
    {
      told: "timestamp.unit is",
      wrong: acme({ timestamp: { body: "/at", unit: "minutes" as never, of: "event" } }),
    },
    {
      told: "timestamp.of is missing",
      wrong: acme({ timestamp: { body: "/at", unit: "seconds", of: undefined as never } }),
    },
    {
      told: "timestamp.toleranceSeconds is 0; it must be a number above 0",
      wrong: acme({ timestamp: { body: "/at", ...at, toleranceSeconds: 0 } }),
    },
    {
      told: `timestamp.toleranceSeconds is for times of: "attempt"`,
      wrong: acme({
        timestamp: { body: "/at", unit: "seconds", of: "event", toleranceSeconds: 60 },
      }),
    },
    {
      told: "does not cover the timestamp",
      wrong: acme({ timestamp: { header: "X-Timestamp", ...at } }),
    },
    { told: "does not cover the id", wrong: acme({ id: { header: "X-Id" } }) },
    { told: "does not cover the type", wrong: acme({ type: { header: "X-Type" } }) },
    {
      told: "marked unsigned, but the signature covers it",
      wrong: acme({ id: { body: "/id", unsigned: true } }),
    },
    { told: "id.body is", wrong: acme({ id: { body: "id" } }) },
    { told: `dedup is "id", but no id is defined`, wrong: acme({ dedup: "id" }) },
    {
      told: `dedup is "id-or-content", but no id is defined`,
      wrong: acme({ dedup: "id-or-content" }),
    },
    {
      told: "replay a delivery under a new one",
      wrong: acme({ id: { header: "X-Id", unsigned: true }, dedup: "id" }),
    },
    {
      told: "does not cover the whole body",
      wrong: acme({ signature: { content: "{json:/id}" } }),
    },
    { told: "body.format is", wrong: acme({ body: { format: "xml" as never } }) },
    {
      told: "body.formField needs",
      wrong: acme({ body: { formField: { name: "", signed: "decoded" } } }),
    },
    {
      told: `id can't be in a body of the format "text"`,
      wrong: acme({ body: { format: "text" }, id: { body: "/id" } }),
    },
    {
      told: "secret.encoding is",
      wrong: acme({ secret: { encoding: "base64url" as never } }),
    },
    {
      told: "secret.withoutPrefix is set, but there is no secret.prefix",
      wrong: acme({ secret: { encoding: "base64", withoutPrefix: "utf8" } }),
    },
    {
      told: "secret.withoutPrefix is",
      wrong: acme({ secret: { encoding: "base64", prefix: "x_", withoutPrefix: "text" as never } }),
    },
    {
      told: "secret.separator is empty",
      wrong: acme({ secret: { encoding: "base64", separator: "" } }),
    },
    {
      told: `secret.prefix is "v1,", which secret.separator (",") would take apart`,
      wrong: acme({ secret: { encoding: "base64", prefix: "v1,", separator: "," } }),
    },
    {
      told: "secret.ignored is for",
      wrong: acme({ secret: { encoding: "base64", ignored: "v1a," } }),
    },
    {
      told: "requires[0].header is",
      wrong: acme({ requires: [{ header: "X Version", value: "1" }] }),
    },
    {
      told: "requires[0].part needs a signature header with parts",
      wrong: acme({ requires: [{ part: "algorithm", value: "HMAC-SHA256" }] }),
    },
    {
      told: "requires[0].value is 1; it must be text",
      wrong: acme({ requires: [{ header: "X-Version", value: 1 as never }] }),
    },
    {
      told: "delivery.deadlineSeconds is",
      wrong: acme({ delivery: { deadlineSeconds: -1 } }),
    },
    {
      told: "delivery.emptyAnswers is false; it must be true, or left out.",
      wrong: acme({ delivery: { emptyAnswers: false as never } }),
    },
    {
      told: "id has header and body, and only one of them would count",
      wrong: acme({ id: { header: "X-Id", body: "/id", unsigned: true } }),
    },
    { told: "type has no header, part or body", wrong: acme({ type: {} as never }) },
    {
      told: "type has no header, part or body",
      wrong: acme({ type: { header: undefined as never, unsigned: true } }),
    },
    {
      told: "requires[0] has no header or part",
      wrong: acme({ signature: { pairs }, requires: [{ value: "hmac-sha256" } as never] }),
    },
    {
      told: "requires[0] has header and part",
      wrong: acme({ signature: { pairs }, requires: [{ header: "X-A", part: "a", value: "1" }] }),
    },
    {
      told: `requires[1] is about the header "x-a" once more`,
      wrong: acme({
        requires: [
          { header: "X-A", value: "1" },
          { header: "x-a", value: "2" },
        ],
      }),
    },
    {
      told: `requires[0].value is "1 "`,
      wrong: acme({ requires: [{ header: "X-A", value: "1 " }] }),
    },
    {
      told: "id stands where the time of the attempt stands",
      wrong: acme({
        signature: { content: "{timestamp}.{body}" },
        timestamp: { header: "X-Time", ...at },
        id: { header: "x-time" },
        dedup: "id",
      }),
    },
    {
      told: "timestamp.toleranceSeconds is for a time that is signed",
      wrong: acme({
        timestamp: { header: "X-Timestamp", ...at, unsigned: true, toleranceSeconds: 60 },
      }),
    },
    {
      told: "timestamp.toleranceSeconds is 300000, more than a day",
      wrong: acme({ timestamp: { body: "/at", ...at, toleranceSeconds: 300_000 } }),
    },
    ...(["false", 1, false] as const).map((unsigned) => ({
      told: `timestamp.unsigned is ${JSON.stringify(unsigned)}; it must be true, or left out`,
      wrong: acme({
        timestamp: { header: "X-Timestamp", ...at, unsigned: unsigned as never },
      }),
    })),
    ...(["form", "text", "bytes"] as const).map((format) => ({
      told: `in a body of the format "${format}" nothing would look for it`,
      wrong: acme({ body: { format, formField: { name: "payload", signed: "decoded" } } }),
    })),
    {
      told: `signature.prefix is "v1,", which signature.list (",") would take apart`,
      wrong: acme({ signature: { encoding: "base64", prefix: "v1,", list: "," } }),
    },
    {
      told: `signature.prefix is " sha256=", and no value of a header begins with white space`,
      wrong: acme({ signature: { prefix: " sha256=" } }),
    },
    {
      told: "with which a hex signature may begin by itself: it can't be optional",
      wrong: acme({ signature: { prefix: "ab", prefixOptional: true } }),
    },
    {
      told: `signature.pairs.signature is "v1="; a name can't have "=" in it`,
      wrong: acme({ signature: { pairs: { separator: ",", signature: "v1=" } } }),
    },
    {
      told: `timestamp.part is "a,b"; a name can't have "," in it`,
      wrong: acme({ signature: { pairs }, timestamp: { part: "a,b", ...at, unsigned: true } }),
    },
    {
      told: `signature.pairs.separator is "=", and "=" parts a name from its value`,
      wrong: acme({ signature: { pairs: { separator: "=", signature: "v1" } } }),
    },
    {
      told: `signature.pairs.groups is ",", which would take apart what "," is to part`,
      wrong: acme({ signature: { pairs: { separator: ",", signature: "v1", groups: "," } } }),
    },
    {
      told: `signature.positions.groups is ",", which would take apart what ", " is to part`,
      wrong: acme({
        signature: { positions: { separator: ", ", names: ["t", "signature"], groups: "," } },
      }),
    },
    {
      told: `signature.positions.names has "t" twice`,
      wrong: acme({ signature: { positions: { separator: ",", names: ["t", "t", "signature"] } } }),
    },
    {
      told: "signature.positions.names has more than 16 names",
      wrong: acme({
        signature: {
          positions: {
            separator: ",",
            names: [...Array.from({ length: 40 }, (_, n) => `n${n}`), "signature"],
          },
        },
      }),
    },
    {
      told: 'signature.content has "${" in "${body}", and would sign the dollar sign',
      wrong: acme({ signature: { content: "${body}" } }),
    },
    {
      told: "signature.url has no effect: signature.content has neither {url} nor {path} nor {query}",
      wrong: acme({ signature: { url: { decoded: ":" } } }),
    },
    {
      told: "signature.content has {header:X-Signature}, in which the signature itself stands",
      wrong: acme({ signature: { content: "{header:X-Signature}.{body}" } }),
    },
  ])("$told", ({ told, wrong }) => {
    const define = (): unknown => defineProvider(wrong);
    expect(define).toThrow(
      expect.objectContaining({
        code: "config_invalid",
        message: expect.stringContaining(told),
      }),
    );
  });

  test("once more, of whatever kind something is in place of what it must be", () => {
    const valid = acme({
      signature: { content: "{timestamp}.{body}" },
      timestamp: { header: "X-Timestamp", ...at },
      id: { body: "/id" },
      dedup: "id",
    });
    const cyclic: Record<string, unknown> = { ...valid };
    cyclic["signature"] = cyclic;
    const wrong: [told: string, definition: object][] = [
      ['timestamp is "X-Time"; it must be an object', { ...valid, timestamp: "X-Time" }],
      ["timestamp is null; it must be an object", { ...valid, timestamp: null }],
      ['id is "id"; it must be an object', { ...valid, id: "id" }],
      ['body is "json"; it must be an object', { ...valid, body: "json" }],
      ["secret is a list; it must be an object", { ...valid, secret: ["base64"] }],
      ["delivery is null; it must be an object", { ...valid, delivery: null }],
      ["requires is an object; it must be a list", { ...valid, requires: { header: "X" } }],
      ["requires[0] is null; it must be an object", { ...valid, requires: [null] }],
      ['challenge is "text"; it must be an object', { ...valid, challenge: "text" }],
      ["delivery.maxBodyBytes is 1.5; it must be a whole number", deliver({ maxBodyBytes: 1.5 })],
      ["delivery.deadlineSeconds is Infinity", deliver({ deadlineSeconds: Infinity })],
      ["signature.prefix is null; it must be text", sign({ prefix: null })],
      ["signature.prefix is a list; it must be text", sign({ prefix: ["sha256="] })],
      ['signature.prefix is "シ="; it must be text of printable ASCII', sign({ prefix: "シ=" })],
      ["signature.scheme is null; it must be text", sign({ scheme: null })],
      ["signature.list is true; it must be text", sign({ list: true })],
      ["signature.pairs is true; it must be an object", sign({ pairs: true })],
      [
        "signature.pairs.separator is 1; it must be text",
        sign({ pairs: { separator: 1, signature: "v1" } }),
      ],
      [
        'signature.positions.names is "signature"; it must be a list of text',
        sign({ positions: { separator: ",", names: "signature" } }),
      ],
      [
        'signature.signedContent is "text"; it must be a function',
        sign({ signedContent: "text", covers: ["body"] }),
      ],
      ["signature.covers is true; it must be a list", sign({ covers: true })],
      ["signature.content is a list; it must be text", sign({ content: ["{body}"] })],
      ["name is 1 to 64 of a-z", { ...valid, name: 5n }],
      ["name is 1 to 64 of a-z", { ...valid, name: "A".repeat(1_000_000) }],
      ["signature.content has 1000000 characters", sign({ content: "a".repeat(1_000_000) })],
      ["signature.content has {aaaa", sign({ content: `{${"a".repeat(3000)}}` })],
      [`aaaa`, { ...valid, ["a".repeat(1_000_000)]: 1 }],
      ["signature.name is unknown", cyclic],
    ];
    for (const [told, definition] of wrong) {
      const define = (): unknown => defineProvider(definition as never);
      expect(define).toThrow(told);
      expect(define).toThrow(
        expect.objectContaining({
          code: "config_invalid",
          message: expect.stringMatching(/^.{1,1000}$/s),
        }),
      );
    }

    function sign(signature: object): object {
      return { ...valid, signature: { ...valid.signature, ...signature } };
    }
    function deliver(delivery: object): object {
      return { ...valid, delivery };
    }
  });
});
