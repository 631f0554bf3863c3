import { createHash, createHmac } from "node:crypto";
import { type Provider, sign } from "@countersign/core";
import {
  github,
  hubspotV3,
  linear,
  mollie,
  notion,
  slack,
  square,
  standardWebhooks,
  stripe,
  zoom,
} from "@countersign/core/providers";
import { describe, expect, it } from "vitest";
import { isTaken } from "../share.ts";
import { acme, EVENT, explained, timed } from "./deliveries.ts";

/** Which of ten thousand deliveries are tried; 13 has no common divisor with how their kinds alternate. */
const NUMBERS = Array.from({ length: 10_000 }, (_, number) => number).filter((number) =>
  isTaken(number, 13),
);
const TRIALS = `${NUMBERS.length.toLocaleString("en")} trials`;
/** The whole search takes some 50 ms a delivery; most of the forged ones get its first and likeliest part. */
const SMALL_BUDGET = { maxHypotheses: 40 };
const EVERY = 50;

const PRESETS: readonly Provider<object>[] = [
  github,
  hubspotV3,
  linear,
  mollie,
  notion,
  slack,
  square,
  standardWebhooks,
  stripe,
  zoom,
];

/** A forger who knows everything but the secret. */
function forge(number: number): { headers: Record<string, string>; body: Uint8Array } {
  const random = createHash("sha256").update(`forged ${number}`).digest();
  const json = JSON.stringify({
    ...EVENT,
    id: random.toString("hex").slice(0, 12),
    amount: number,
  });
  const bodies = [
    json,
    `${json}\n`,
    JSON.stringify(JSON.parse(json), null, 2),
    random,
    "",
    "id=1&payload=%7B%7D",
  ];
  const body = Buffer.from(bodies[number % bodies.length] ?? "");
  const mac = createHmac("sha256", random).update(body).digest();
  const hex = mac.toString("hex");
  const signatures = [
    `sha256=${hex}`,
    hex,
    mac.toString("base64"),
    `sha256=${hex.toUpperCase()}`,
    `sha256=${hex.slice(0, 16 + (number % 40))}`,
    `t=1790000000,v1=${hex}`,
    `sha256=${createHash("sha256").update(random).digest("hex")}`,
  ];
  const signature = signatures[number % signatures.length] ?? "";
  const headers: Record<string, string> = { "content-length": String(body.length) };
  headers[number % 11 === 0 ? "x-other-signature" : "x-acme-signature"] = signature;
  if (number % 5 === 0) headers["timed-signature"] = signature;
  return { headers, body };
}

describe("a forged delivery", () => {
  it(`yields no false finding in ${TRIALS}`, async () => {
    let searched = 0;
    for (const number of NUMBERS) {
      const provider = number % 3 === 0 ? timed : acme;
      const { findings, searched: work } = await explained(forge(number), {
        provider,
        otherSecrets: ["another-secret-of-ours"],
        ...(number % EVERY !== 0 && SMALL_BUDGET),
      });
      searched += work.hypotheses;
      for (const { code, confidence, evidence } of findings) {
        // What is evident without a secret may be said: that there is no signature, or none of the right form.
        expect(confidence, `${code}: ${evidence}`).toBe("observed");
        expect(["signature_missing", "signature_malformed", "signature_algorithm"]).toContain(code);
      }
    }
    expect(searched).toBeGreaterThan(10 * NUMBERS.length);
  }, 300_000);

  it(`of ten presets yields no proven finding in ${TRIALS}`, async () => {
    const url = "https://example.com/hooks?a=1&b=2";
    const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let searched = 0;
    for (const number of NUMBERS) {
      const provider = PRESETS[number % PRESETS.length] ?? acme;
      // The forger knows the definition, and signs with a key of its own.
      const key = createHash("sha256").update(`forger ${number}`).digest();
      const body = JSON.stringify({ ...EVENT, amount: number, data: { tags: [], note: "a & b" } });
      const forged = await sign({ body, id: `evt_${number}`, url }, { provider, secret: key });
      const sent = number % 3 === 0 ? JSON.stringify(JSON.parse(body), null, 2) : forged.body;
      const { findings, searched: work } = await explained(
        { headers: forged.headers, body: sent, url, method: "POST" },
        { provider, secret, ...(number % EVERY !== 0 && SMALL_BUDGET) },
      );
      searched += work.hypotheses;
      const proven = findings.filter(({ confidence }) => confidence === "proven");
      expect(proven, `${provider.name} ${number}`).toEqual([]);
    }
    expect(searched).toBeGreaterThan(10 * NUMBERS.length);
  }, 600_000);
});
