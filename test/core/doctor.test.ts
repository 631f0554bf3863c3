import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ClaimStore,
  createReceiver,
  defineProvider,
  memoryStore,
  type Provider,
  type ReceiverOptions,
  sign,
  type Warning,
} from "@countersign/core";
import {
  adyenPlatform,
  elevenlabs,
  gitlabSigningToken,
  meta,
  para,
  resend,
  square,
  standardWebhooks,
  svix,
} from "@countersign/core/providers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { KNOWN_ANSWERS } from "../vectors/known-answers.ts";

const SECRET = "3fd1a0c9b57e48d2-endpoint-secret";

const acme = defineProvider({
  name: "acme",
  signature: { header: "X-Acme-Signature", encoding: "hex", content: "{timestamp}.{body}" },
  timestamp: { header: "X-Acme-Time", unit: "seconds", of: "attempt" },
  dedup: "content",
  delivery: { retrySpanSeconds: 86_400 },
});

function warningsOf(options: Partial<ReceiverOptions>): Warning[] {
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning): void => {
    warnings.push(warning);
  };
  createReceiver({ provider: acme, secret: SECRET, onWarning, ...options });
  return warnings;
}

const messagesOf = (options: object): string[] =>
  warningsOf(options).map(({ code, message }) => `${code}: ${message}`);

const codesOf = (options: Partial<ReceiverOptions>): string[] =>
  warningsOf(options).map(({ code }) => code);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a receiver that is set up well", () => {
  it("has nothing to say", () => {
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ secret: [SECRET, { id: "old", secret: `${SECRET}-2` }] })).toEqual([]);
    expect(warningsOf({ secret: () => "x" })).toEqual([]);
    expect(warningsOf({ toleranceSeconds: 900, retentionSeconds: 86_400 })).toEqual([]);
  });
});

describe("a secret that can't be the right one", () => {
  it.each([
    "sk_live_51Habcdefghijklmnop",
    "pk_test_51Habcdefghijklmnop",
    "sk-proj-abcdefghijklmnop",
    "rk_live_51Habcdefghijklmnop",
    "we_1Nabcdefghijklmnopqr",
    "xoxb-123456789012-abcdefg",
    "xapp-1-abcdef-123456789",
    "ghp_abcdefghijklmnopqrstuvwxyz",
    "github_pat_abcdefghijklmnop",
    "glpat-abcdefghijklmnopqrst",
    "shpat_abcdefghijklmnop1234",
    "re_abcdefghijklmnopqrs",
  ])("is noticed where it looks like an API key or an id: %s", (secret) => {
    expect(codesOf({ secret })).toEqual(["secret_is_api_key"]);
  });

  it.each([
    "${GITHUB_SECRET}",
    "$GITHUB_WEBHOOK_SECRET",
    "{{ github.secret }}",
    "<your secret here>",
    "your-webhook-secret",
    "undefined",
    "whsec_••••••••••••",
  ])("is noticed where nothing has replaced a placeholder: %s", (secret) => {
    expect(codesOf({ secret })).toEqual(["secret_placeholder"]);
  });

  it.each([
    '{"WEBHOOK_SECRET":"3fd1a0c9b57e48d2-endpoint-secret"}',
    "webhook_secret: 3fd1a0c9b57e48d2-endpoint-secret",
    "3fd1a0c9b57e48d2-endpoint-secret # production",
  ])("is noticed where something stands around it: %s", (secret) => {
    expect(codesOf({ secret })).toEqual(["secret_wrapped"]);
  });

  it("is not seen in a public key, which is JSON by itself", async () => {
    const { publicKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const secret = JSON.stringify(await crypto.subtle.exportKey("jwk", publicKey));
    const provider = defineProvider({
      name: "keyed",
      signature: { header: "X-Signature", encoding: "hex", algorithm: "ed25519" },
      dedup: "content",
    });
    const codes: string[] = [];
    const onWarning = ({ code }: Warning): void => void codes.push(code);
    createReceiver({ provider, secret, onWarning });
    expect(codes).toEqual([]);
  });

  it.each([
    [svix, "sk_test_abcdefghijklmnop"],
    [resend, "re_abcdefghijklmnop"],
    [gitlabSigningToken, "glpat-abcdefghijklmnop"],
    [standardWebhooks, "${WEBHOOK_SECRET}"],
  ])("is refused where it can't be decoded: $0.name, %s", (provider, secret) => {
    const options = { provider, secret } as ReceiverOptions<object>;
    expect(() => createReceiver(options)).toThrow(/an API key or a placeholder won't do/);
  });

  it.each(KNOWN_ANSWERS)("is not seen in one of $provider.name", ({ provider, secret }) => {
    const codes: string[] = [];
    const onWarning = ({ code }: Warning): void => void codes.push(code);
    createReceiver({ provider, secret, onWarning, publicUrl: "https://example.com" });
    expect(codes).not.toContain("secret_is_api_key");
    expect(codes).not.toContain("secret_placeholder");
  });

  it("is noticed under 16 bytes, as decoded", () => {
    expect(codesOf({ secret: "fifteen-bytes-x" })).toEqual(["secret_short"]);
    expect(codesOf({ secret: "sixteen-bytes-xx" })).toEqual([]);
    const hex = defineProvider({ ...acme, secret: { encoding: "hex" } });
    expect(codesOf({ provider: hex, secret: "ab".repeat(15) })).toEqual(["secret_short"]);
    expect(codesOf({ secret: new Uint8Array(8).fill(7) })).toEqual(["secret_short"]);
  });

  it("is noticed in quotes", () => {
    expect(codesOf({ secret: `"${SECRET}"` })).toEqual(["secret_quoted"]);
    expect(codesOf({ secret: `'${SECRET}'` })).toEqual(["secret_quoted"]);
  });

  it("is named by its place and id, and never shown", () => {
    const [warning] = warningsOf({ secret: [SECRET, { id: "next", secret: "hunter2" }] });
    expect(warning?.message).toContain('secret[1] (id "next")');
    expect(warning?.message).not.toContain("hunter2");
  });
});

describe("a name that no option has", () => {
  it.each([
    ["tolerence", "toleranceSeconds"],
    ["leaseSecond", "leaseSeconds"],
    ["onReciept", "onReceipt"],
    ["maxbodybytes", "maxBodyBytes"],
    ["stroe", "store"],
    ["storeTimeout", "storeTimeoutMs"],
    ["publicURL", "publicUrl"],
  ])("is noticed: %s, where %s was meant", (given, meant) => {
    expect(messagesOf({ [given]: undefined })).toEqual([
      `option_unknown: acme: the option "${given}" is unknown and has no effect. Did you mean ${meant}?`,
    ]);
  });

  it("is noticed where it resembles none, and nothing is proposed", () => {
    for (const name of ["queue", "retryPolicy", "x", "é".repeat(50)]) {
      expect(messagesOf({ [name]: 1 })).toEqual([
        `option_unknown: acme: the option "${name}" is unknown and has no effect. Remove it.`,
      ]);
    }
  });

  it.each([
    [
      { provider: acme, secrets: SECRET },
      'acme: no secret was given, and the option "secrets" is unknown and has no effect. Did you mean secret?',
    ],
    [
      { Provider: acme, secret: SECRET },
      'createReceiver: no provider was given, and the option "Provider" is unknown and has no effect. Did you mean provider?',
    ],
  ])("is told in the error where a required option is missing for it", (options, message) => {
    expect(() => createReceiver(options as never)).toThrow(message);
  });

  it("is a warning where the required option is there too", () => {
    expect(messagesOf({ secrets: SECRET })).toEqual([
      'option_unknown: acme: the option "secrets" is unknown and has no effect. Did you mean secret?',
    ]);
  });

  it("is noticed in the entries of a list of secrets", () => {
    const entry = { secret: SECRET, notafter: "2026-01-01" };
    expect(messagesOf({ secret: [SECRET, entry] })).toEqual([
      'option_unknown: acme: in secret[1] the option "notafter" is unknown and has no effect. Did you mean notAfter?',
    ]);
  });

  it("is said once by process.emitWarning, however many receivers are made", async () => {
    const said: string[] = [];
    const listen = ({ message }: Error): void => void said.push(message);
    process.on("warning", listen);
    const options = { provider: acme, secret: SECRET, maxProcesingSeconds: 1 };
    for (let time = 0; time < 3; time++) createReceiver(options);
    await vi.waitFor(() => expect(said).not.toEqual([]), { timeout: 30_000 });
    process.off("warning", listen);
    expect(said).toEqual([
      'acme: the option "maxProcesingSeconds" is unknown and has no effect. Did you mean maxProcessingSeconds?',
    ]);
  });
});

const inFebruary = (): number => Date.parse("2026-02-01T00:00:00Z");

describe("secrets whose time is over", () => {
  it("are named once where a signature fits none of the others", async () => {
    const warnings: Warning[] = [];
    const receiver = createReceiver({
      provider: acme,
      secret: [
        { id: "new", secret: SECRET },
        { id: "old", secret: `${SECRET} of before`, notAfter: "2026-01-01T00:00:00Z" },
        { secret: `${SECRET} to come`, notBefore: "2026-03-01T00:00:00Z" },
      ],
      now: inFebruary,
      onWarning: (warning) => warnings.push(warning),
    });
    await receiver.receive(
      await sign({ body: {} }, { provider: acme, secret: SECRET, now: inFebruary }),
    );
    expect(warnings).toEqual([]);
    for (let again = 0; again < 2; again++) {
      const receipt = await receiver.receive(
        await sign(
          { body: {} },
          { provider: acme, secret: `${SECRET} of before`, now: inFebruary },
        ),
      );
      expect(receipt).toMatchObject({ error: { code: "signature_mismatch" } });
    }
    expect(warnings).toMatchObject([{ code: "secret_untried" }]);
    expect(warnings[0]?.message).toContain(
      'not tried: "old" (notAfter 2026-01-01T00:00:00.000Z), one without an id (notBefore 2026-03-01T00:00:00.000Z). If acme signs',
    );
  });

  const past = { secret: SECRET, notAfter: "2026-01-01" };

  it("may be given as one entry without a list, where nothing checks types", () => {
    expect(warningsOf({ secret: { id: "one", secret: SECRET } as never })).toEqual([]);
  });

  it("are noticed where none is left", () => {
    expect(codesOf({ secret: [past] })).toEqual(["secret_expired"]);
    expect(codesOf({ secret: [past, `${SECRET}-new`] })).toEqual([]);
    expect(codesOf({ secret: [past], now: () => Date.parse("2025-12-31") })).toEqual([]);
  });
});

describe("a memory store that others don't share", () => {
  it.each(["AWS_LAMBDA_FUNCTION_NAME", "VERCEL", "K_SERVICE", "FUNCTIONS_WORKER_RUNTIME"])(
    "is noticed on a serverless platform, which sets %s",
    (variable) => {
      vi.stubEnv(variable, "1");
      expect(codesOf({})).toEqual(["memory_store_shared"]);
      expect(codesOf({ store: memoryStore() })).toEqual(["memory_store_shared"]);
      expect(codesOf({ store: false })).toEqual([]);
      const elsewhere = memoryStore();
      const shared: ClaimStore = {
        claim: (...claim) => elsewhere.claim(...claim),
        extend: (...extension) => elsewhere.extend(...extension),
        complete: (...completion) => elsewhere.complete(...completion),
        release: (...release) => elsewhere.release(...release),
      };
      expect(codesOf({ store: shared })).toEqual([]);
    },
  );

  it("is noticed in a worker of node:cluster, and said by process.emitWarning", async () => {
    const script = fileURLToPath(new URL("./clustered-receiver.ts", import.meta.url));
    const conditions = "--conditions=@countersign/source";
    const child = spawn(process.execPath, [conditions, "--import", "tsx", script], {
      cwd: dirname(script),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(said.match(/\[memory_store_shared\] CountersignWarning: acme/g)).toHaveLength(1);
    expect(said).toContain("under a cluster");
  }, 120_000);
});

describe("a provider whose events nothing tells apart", () => {
  it("is said once, until store: false says that it is known", () => {
    const pings = defineProvider({ ...acme, dedup: "none" });
    expect(codesOf({ provider: pings })).toEqual(["dedup_none"]);
    expect(codesOf({ provider: pings, store: false })).toEqual([]);
  });
});

describe("times that don't fit each other", () => {
  it("are noticed where events are forgotten before the last retry", () => {
    const [warning] = warningsOf({ retentionSeconds: 3600 });
    expect(warning?.code).toBe("retention_short");
    expect(warning?.message).toContain("86400");
    expect(codesOf({ retentionSeconds: 3600, store: false })).toEqual([]);
  });

  it("fit by default: events are remembered for as long as the provider retries", async () => {
    for (const provider of [
      defineProvider({ ...acme, delivery: { retrySpanSeconds: 604_800 } }),
      meta,
      adyenPlatform,
    ]) {
      const secret = "ab".repeat(32);
      const kept: number[] = [];
      const memory = memoryStore();
      const store: ClaimStore = {
        ...memory,
        complete: (key, { token, retentionMs }) => {
          kept.push(retentionMs);
          return memory.complete(key, { token, retentionMs, freshMs: 0 });
        },
      };
      const warnings: Warning[] = [];
      const onWarning = (warning: Warning) => void warnings.push(warning);
      const verifyToken = provider === meta ? "meatyhamhock" : undefined;
      const options = { provider, secret, verifyToken, onWarning };
      const receiver = createReceiver({ ...options, store });
      const receipt = await receiver.receive(await sign({ body: { a: 1 } }, { provider, secret }));
      if (receipt.status === "accepted") await receipt.claim.complete();
      expect(warnings).toEqual([]);
      expect(kept).toEqual([(provider.delivery?.retrySpanSeconds ?? 0) * 1000]);
      createReceiver({ ...options, retentionSeconds: 259_200 });
      expect(warnings.map(({ code }) => code)).toEqual(["retention_short"]);
    }
  });

  it("are noticed where the tolerance is above 15 minutes, unless the provider documents it", () => {
    expect(codesOf({ toleranceSeconds: 901 })).toEqual(["tolerance_long"]);
    const provider = documenting(1800);
    expect(codesOf({ provider })).toEqual([]);
    expect(codesOf({ provider, toleranceSeconds: 1800 })).toEqual([]);
    expect(codesOf({ provider, toleranceSeconds: 1801 })).toEqual(["tolerance_long"]);
    expect(codesOf({ provider: elevenlabs })).toEqual([]);
  });

  it("are noticed where a definition gives its tolerance in milliseconds", () => {
    const [warning] = warningsOf({ provider: documenting(60_000) });
    expect(warning?.code).toBe("tolerance_long");
    expect(warning?.message).toContain("timestamp.toleranceSeconds of the definition is 60000");
    expect(codesOf({ provider: documenting(60_000), toleranceSeconds: 300 })).toEqual([]);
  });

  it("are noticed where an event's own time expires before the provider's last retry", () => {
    const [warning] = warningsOf({ provider: square, toleranceSeconds: 3600 });
    expect(warning?.code).toBe("tolerance_short");
    expect(warning?.message).toContain("86400");
    // A tolerance that is long for a signed attempt is strict for an event, whose time never expires by default.
    expect(codesOf({ provider: square, toleranceSeconds: 90_000 })).toEqual([]);
    const decided = { provider: para, onStoreError: "reject" };
    expect(messagesOf({ ...decided, toleranceSeconds: 86_400 })).toEqual([]);
  });
});

/** Acme, if its documentation named that tolerance. */
function documenting(toleranceSeconds: number): Provider {
  return defineProvider({
    ...acme,
    timestamp: { header: "X-Acme-Time", unit: "seconds", of: "attempt", toleranceSeconds },
  });
}
