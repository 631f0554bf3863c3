import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createVerifier,
  defineProvider,
  type Delivery,
  isWebhookError,
  type Provider,
  type WebhookErrorCode,
} from "@countersign/core";
import * as catalogue from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

/** One case of `cases.json`. */
interface Case {
  readonly id: string;
  readonly provider: string;
  readonly source: string;
  readonly secret: string;
  /** How the secret's text becomes bytes. */
  readonly secretEncoding: "utf8" | "hex" | "base64" | "whsec-base64";
  readonly additionalSecrets?: readonly string[];
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly method?: string;
  readonly url?: string;
  readonly bodyBase64: string;
  /** In Unix seconds; null or missing: freshness is not checked. */
  readonly now?: number | null;
  readonly toleranceSeconds?: number | null;
  readonly valid: boolean;
  readonly reason: string;
  /** False: implementations may differ. */
  readonly normative: boolean;
}

interface WycheproofTest {
  readonly tcId: number;
  readonly comment: string;
  readonly tagSize: number;
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
  readonly result: "valid" | "invalid";
}

/** What Countersign does where implementations may differ, and why. */
const NOT_NORMATIVE: Readonly<Record<string, { verifies: boolean; because: string }>> = {
  "conformance-hex-uppercase": { verifies: false, because: "a signature has one spelling" },
  "conformance-hex-leading-space": { verifies: false, because: "HTTP stacks trim header values" },
  "conformance-hex-trailing-space": { verifies: false, because: "HTTP stacks trim header values" },
  "conformance-base64-no-padding": { verifies: false, because: "a signature has one spelling" },
  "conformance-base64-noncanonical-tail": {
    verifies: false,
    because: "a signature has one spelling",
  },
  "conformance-base64-leading-space": {
    verifies: false,
    because: "HTTP stacks trim header values",
  },
  "conformance-base64-trailing-space": {
    verifies: false,
    because: "HTTP stacks trim header values",
  },
  "conformance-prefix-valid-prefix-case": {
    verifies: false,
    because: "a prefix is compared to the letter",
  },
  "stripe-right-mac-space-after-comma": {
    verifies: true,
    because: "white space around a part is nobody's",
  },
  "stripe-duplicate-t-conflict": { verifies: false, because: "either time may be the signed one" },
  "line-python-base64url": { verifies: false, because: "a signature has one spelling" },
  "sanity-encode-std-base64": { verifies: false, because: "a signature has one spelling" },
  "sanity-space-after-comma": {
    verifies: true,
    because: "white space around a part is nobody's",
  },
};

const generic = {
  "generic-hex": define("generic-hex", "hex"),
  "generic-base64": define("generic-base64", "base64"),
  "generic-prefixed": define("generic-prefixed", "hex", "sha256="),
};

const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [...Object.values(generic), ...(Object.values(catalogue) as Provider[])].map((provider) => [
    provider.name,
    provider,
  ]),
);

const folder = process.env["EXTRA_VECTORS"];
const required = process.env["REQUIRE_SERVICES"] === "1";
const cases = read("cases.json") as readonly Case[] | undefined;
const wycheproof = read("wycheproof_hmac_sha256.json") as
  | { readonly tests: readonly WycheproofTest[] }
  | undefined;

describe("Vectors of other projects, from the folder that EXTRA_VECTORS names", () => {
  test.skipIf(folder === undefined && !required)("are there", () => {
    expect(folder, "EXTRA_VECTORS").toBeDefined();
    expect(cases?.length).toBeGreaterThan(0);
    expect(wycheproof?.tests.length).toBeGreaterThan(0);
  });
});

describe.each([...new Set(cases?.map(({ provider }) => provider))])("%s", (name) => {
  const provider = PROVIDERS.get(name);
  const ofProvider = (cases ?? []).filter((one) => one.provider === name);

  test("is in the catalogue", () => {
    expect(provider).toBeDefined();
  });

  test.skipIf(provider === undefined).each(ofProvider.map((one) => [titleOf(one), one] as const))(
    "%s",
    async (_, one) => {
      expect(fitting(one)).toContain(await check(provider, one));
    },
  );
});

function titleOf({ id, reason, normative }: Case): string {
  if (normative) return `${id}: ${reason}`;
  const ours = NOT_NORMATIVE[id];
  const told = ours && `; ours ${ours.verifies ? "verifies" : "is refused"}, as ${ours.because}`;
  return `${id}: ${reason} (not normative${told ?? ""})`;
}

describe.skipIf(wycheproof === undefined)("Wycheproof's HMAC-SHA256", () => {
  test.each(wycheproof?.tests ?? [])("$tcId: $comment ($result, $tagSize bits)", async (one) => {
    const key = Buffer.from(one.key, "hex");
    const verifier = createVerifier({ provider: generic["generic-hex"], secret: key });
    const delivery = { headers: { "x-signature": one.tag }, body: Buffer.from(one.msg, "hex") };
    expect(await outcome(verifier.check(delivery))).toBe(expectedTag(one));
  });
});

/** A truncated tag is right for Wycheproof and never for a webhook. */
function expectedTag({ tagSize, result }: WycheproofTest): string {
  if (tagSize < 256) return "signature_malformed";
  return result === "valid" ? "verified" : "signature_mismatch";
}

const REFUSALS: readonly WebhookErrorCode[] = [
  "signature_missing",
  "signature_malformed",
  "signature_mismatch",
  "timestamp_missing",
  "timestamp_malformed",
  "timestamp_expired",
  "timestamp_future",
];

/** What the case's own words say that is wrong with it, and the codes that say the same. */
const CODES_BY_REASON: readonly (readonly [RegExp, readonly WebhookErrorCode[]])[] = [
  [/secret (must|is only|has a)|empty (signing secret|signature key)/, ["config_invalid"]],
  [/^timestamp header absent|webhook-timestamp absent/, ["timestamp_missing"]],
  [/header absent|signature absent|no signature header|no header/, ["signature_missing"]],
  [/stale and not hex|^malformed/, ["signature_malformed", "signature_mismatch"]],
  [/not the signed one|no longer matches/, ["signature_mismatch"]],
  [/timestamp "/, ["timestamp_malformed", "signature_mismatch"]],
  [/is not a number|timestamp -1|no longer parses/, ["timestamp_malformed"]],
  [/in the future|ahead/, ["timestamp_future"]],
  [/stale|\bold(er)?\b|later$|expired|too small|is 1970/, ["timestamp_expired"]],
  [
    /truncat|too (short|long)|over-long|not hex|non-hex|\bcut\b|first 8|empty|without (the|version)|missing (prefix|version)|wrong (algorithm|version|scheme)|invalid base64|literal|SHA-1|in (hex|base64)\b/i,
    ["signature_malformed", "signature_missing", "signature_mismatch"],
  ],
  [
    /wrong (secret|key)|different secret|another secret|extra (trailing )?byte|(body|payload|message).*(differs|altered)|body \+|re-serialised/,
    ["signature_mismatch"],
  ],
];

/** What `check` may come to. */
function fitting({ id, valid, normative, reason }: Case): readonly string[] {
  const verifies = normative ? valid : NOT_NORMATIVE[id]?.verifies;
  if (verifies === undefined) return ["verified", "config_invalid", ...REFUSALS];
  if (verifies) return ["verified"];
  return CODES_BY_REASON.find(([words]) => words.test(reason))?.[1] ?? REFUSALS;
}

/** `verified`, or the code of the error. */
async function check(provider: Provider | undefined, one: Case): Promise<string> {
  if (provider === undefined) throw new Error(`The catalogue has no ${one.provider}.`);
  const delivery: Delivery = {
    headers: one.headers,
    body: Buffer.from(one.bodyBase64, "base64"),
    method: one.method,
    url: one.url,
  };
  const verifyCase = async (): Promise<void> => {
    const secrets = [one.secret, ...(one.additionalSecrets ?? [])];
    const verifier = createVerifier({
      provider,
      secret: secrets.map((secret) => secretOf(provider, secret, one.secretEncoding)),
      ...clockOf(provider, one),
    });
    await verifier.check(delivery);
    // A time inside of the body is checked once it is parsed; bodies of other projects' vectors are often no JSON.
    const inBody = provider.timestamp !== undefined && "body" in provider.timestamp;
    if (inBody && one.now !== null && one.now !== undefined) await verifier.verify(delivery);
  };
  return outcome(verifyCase());
}

async function outcome(checked: Promise<unknown>): Promise<string> {
  try {
    await checked;
    return "verified";
  } catch (error) {
    if (isWebhookError(error)) return error.code;
    throw error;
  }
}

/** The text, where the preset reads it as the case means it; else the bytes that the case means. */
function secretOf(
  provider: Provider,
  secret: string,
  encoding: Case["secretEncoding"],
): string | Uint8Array {
  const preset = provider.secret?.encoding ?? "utf8";
  if (encoding === "whsec-base64") {
    return preset === "base64" ? secret : Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  }
  if (encoding === preset) return secret;
  return Buffer.from(secret, encoding);
}

function clockOf(
  provider: Provider,
  { now, toleranceSeconds }: Case,
): { now?: () => number; toleranceSeconds?: number } {
  const signsTime = provider.timestamp !== undefined && !provider.timestamp.unsigned;
  if (now === null || now === undefined) {
    // Freshness is not checked: no signed time is further from now than this.
    return signsTime ? { toleranceSeconds: 8.64e12 } : {};
  }
  const given = signsTime && toleranceSeconds !== null && toleranceSeconds !== undefined;
  return { now: () => now * 1000, ...(given && { toleranceSeconds }) };
}

function define(name: string, encoding: "hex" | "base64", prefix?: string): Provider {
  return defineProvider({
    name,
    signature: { header: "X-Signature", encoding, ...(prefix !== undefined && { prefix }) },
    dedup: "content",
  });
}

function read(file: string): unknown {
  if (folder === undefined) return undefined;
  return JSON.parse(readFileSync(join(folder, file), "utf8"));
}
