// What verification costs beside the snippet that people write by hand. Run: npm run bench
import { createHmac, timingSafeEqual } from "node:crypto";
import { createVerifier, type Provider, sign, verify } from "@countersign/core";
import { github, standardWebhooks } from "@countersign/core/providers";
import { medians } from "./rounds.ts";

const SIZES = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];
const SECRET = "It's a Secret to Everybody";
const STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const STANDARD_KEY = Buffer.from(STANDARD_SECRET.slice("whsec_".length), "base64");

function jsonOf(bytes: number): Buffer {
  const item = { id: 1234567, name: "a webhook's payload", tags: ["a", "b"], ok: true };
  const items = [];
  let length = 40;
  while (length + 80 < bytes) {
    items.push(item);
    length += JSON.stringify(item).length + 1;
  }
  const text = JSON.stringify({ type: "x", items, pad: "" });
  return Buffer.from(
    text.replace('"pad":""', () => `"pad":"${"p".repeat(Math.max(0, bytes - text.length))}"`),
  );
}

/** The hand-written verification of GitHub's documentation, with the fixed-time comparison. */
function snippetGithub(body: Buffer, headers: Record<string, string>): boolean {
  const expected = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
  const given = Buffer.from(headers["x-hub-signature-256"] ?? "");
  const own = Buffer.from(expected);
  return own.length === given.length && timingSafeEqual(own, given);
}

/** The same for Standard Webhooks, with id and timestamp. */
function snippetStandard(body: Buffer, headers: Record<string, string>): boolean {
  const { "webhook-id": id = "", "webhook-timestamp": timestamp = "" } = headers;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const own = Buffer.from(
    createHmac("sha256", STANDARD_KEY).update(`${id}.${timestamp}.`).update(body).digest("base64"),
  );
  for (const item of (headers["webhook-signature"] ?? "").split(" ")) {
    const given = Buffer.from(item.slice("v1,".length));
    if (item.startsWith("v1,") && own.length === given.length && timingSafeEqual(own, given))
      return true;
  }
  return false;
}

const schemes: {
  name: string;
  provider: Provider<object>;
  secret: string;
  snippet: typeof snippetGithub;
}[] = [
  { name: "GitHub", provider: github, secret: SECRET, snippet: snippetGithub },
  {
    name: "Standard Webhooks",
    provider: standardWebhooks,
    secret: STANDARD_SECRET,
    snippet: snippetStandard,
  },
];

console.log(
  `Node ${process.versions.node}, ${process.arch}; µs a call, medians of 15 rounds, interleaved in one process.`,
);
for (const { name, provider, secret, snippet } of schemes) {
  const rows: Record<string, Record<string, string>> = {};
  for (const bytes of SIZES) {
    const body = jsonOf(bytes);
    const { headers } = await sign({ body }, { provider, secret });
    const delivery = { headers, body };
    const verifier = createVerifier({ provider, secret });
    const platform = createVerifier({ provider, secret, hmac: "platform" });
    const times = await medians([
      { name: "snippet", run: () => snippet(body, headers) },
      { name: "verifier.check", run: () => verifier.check(delivery) },
      { name: "platform hmac", run: () => platform.check(delivery) },
      {
        name: "snippet + JSON.parse",
        run: () => snippet(body, headers) && JSON.parse(body.toString()),
      },
      { name: "verify()", run: () => verify(delivery, { provider, secret }) },
    ]);
    const at = (key: string): number => times.get(key) ?? Number.NaN;
    rows[bytes < 1024 ? `${bytes} B` : `${bytes / 1024} KB`] = {
      ...Object.fromEntries([...times].map(([key, time]) => [key, time.toFixed(2)])),
      "check ÷ snippet": `${(at("snippet") / at("verifier.check")).toFixed(2)}×`,
      "verify ÷ snippet + parse": `${(at("snippet + JSON.parse") / at("verify()")).toFixed(2)}×`,
    };
  }
  console.log(`\n${name}`);
  console.table(rows);
}
