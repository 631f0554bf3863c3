import { createHmac } from "node:crypto";
import { type Delivery, type Provider, sign } from "@countersign/core";
import { describe, expect, it } from "vitest";
import { bodyFor, presets as allPresets, secretFor } from "../round-trip/presets.ts";
import { codesOf, explained } from "./deliveries.ts";

/** What else is signed with has no mistakes that can be undone. */
const presets = allPresets.filter(
  ({ signature: { algorithm = "sha256", header, encoding, verify } }) =>
    algorithm === "sha256" &&
    header !== undefined &&
    verify === undefined &&
    /^(hex|base64|base64url)$/.test(encoding ?? ""),
);

const URL = "https://shop.example.com/hooks/orders?team=7";
const NOW_MS = 1_790_000_000_000;
const now = (): number => NOW_MS;

interface Genuine {
  readonly delivery: Omit<Delivery, "headers"> & { readonly headers: Record<string, string> };
  readonly text: string;
  readonly secret: string;
}

/** A genuine delivery whose JSON is indented. */
async function indented(provider: Provider): Promise<Genuine> {
  const secret = secretFor(provider);
  const request = { id: "event-1842", url: URL, method: "POST" };
  const options = { provider, secret, now };
  // An object is filled in with what the provider puts into its bodies; a text is sent as it is.
  const { body } = await sign({ body: bodyFor(provider), ...request }, options);
  const text = JSON.stringify(JSON.parse(new TextDecoder().decode(body)), null, 2);
  const delivery = await sign({ body: text, ...request }, options);
  return { delivery: { ...delivery, ...request }, text, secret };
}

const rewritten = (text: string): string => JSON.stringify(JSON.parse(text));

const MISTAKES: readonly {
  readonly name: string;
  readonly codes: readonly string[];
  readonly body: (text: string) => string;
  readonly secret: (secret: string) => string;
}[] = [
  {
    name: "a body written again, and a newline behind the secret",
    codes: ["body_reserialized", "secret_whitespace"],
    body: rewritten,
    secret: (secret) => `${secret}\n`,
  },
  {
    name: "a newline behind the body, and quotes around the secret",
    codes: ["body_newline", "secret_quoted"],
    body: (text) => `${text}\n`,
    secret: (secret) => `"${secret}"`,
  },
  {
    name: "base64 around the body, and a variable's name before the secret",
    codes: ["body_base64", "secret_quoted"],
    body: (text) => Buffer.from(text).toString("base64"),
    secret: (secret) => `WEBHOOK_SECRET=${secret}`,
  },
];

describe.each(presets)("two mistakes at once with a delivery of $name", (provider) => {
  it.each(MISTAKES)("are both named: $name", async ({ codes, body, secret }) => {
    const genuine = await indented(provider);
    const options = { provider, secret: genuine.secret, now };
    const { verified } = await explained(genuine.delivery, options);
    expect(verified).toBe(true);

    const mistaken = { ...genuine.delivery, body: body(genuine.text) };
    const explanation = await explained(mistaken, {
      ...options,
      secret: secret(genuine.secret),
    });
    expect(codesOf(explanation)).toEqual(codes);
    expectNothingTold(JSON.stringify(explanation), genuine);
  });

  it("are told without giving anything away where they can't be found", async () => {
    const genuine = await indented(provider);
    const forged = { ...genuine.delivery, body: genuine.text.replace("marker", "Marker") };
    for (const secret of [genuine.secret, `"${genuine.secret}"`, `${genuine.secret}\n`]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they share the processor
      const explanation = await explained(forged, { provider, secret, now });
      expect(explanation.findings.every(({ confidence }) => confidence === "observed")).toBe(true);
      expectNothingTold(JSON.stringify(explanation), genuine);
    }
  });
});

/** Neither the secret in any of its forms, nor a signature, be it as sent or of what was passed. */
function expectNothingTold(told: string, { delivery, text, secret }: Genuine): void {
  const [, bare = secret] = /(?:whsec_)?(.*)$/.exec(secret) ?? [];
  const keys = [secret, bare, Buffer.from(bare, "base64"), Buffer.from(bare, "hex")];
  const signatures = keys.flatMap((key) =>
    ["hex", "base64"].map((encoding) =>
      createHmac("sha256", key)
        .update(text)
        .digest(encoding as "hex"),
    ),
  );
  const sent = Object.values(delivery.headers).flatMap(
    (value: string) => value.match(/[\w+/-]{43}=?|[0-9a-f]{64}/g) ?? [],
  );
  expect(sent.length).toBeGreaterThan(0);
  for (const hidden of [secret, bare, ...signatures, ...sent]) {
    expect(told).not.toContain(hidden.slice(0, 12));
  }
  expect(told).not.toContain("team=7");
}
