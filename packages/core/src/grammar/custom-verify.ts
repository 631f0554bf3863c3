import { bytesOf } from "../base/bytes.ts";
import { isWebhookError, messageOf, WebhookError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import type { HmacKey } from "../hmac/backend.ts";
import type { VerifiedBy } from "../scheme/definition.ts";
import { freshUntil } from "../scheme/fresh-until.ts";
import type { Grammar, Scheme } from "../scheme/scheme.ts";
import { secretsInUse } from "../scheme/secrets-in-use.ts";

/** Definitions that verify by a function of their own. */
export const customVerify: Pick<
  Grammar,
  "authenticate" | "keysOf" | "parseTemplate" | "readHeader" | "signingKeysOf"
> = {
  keysOf: (scheme, secret) => keysFor(scheme, secret, "verify"),

  signingKeysOf: (scheme, secret) => keysFor(scheme, secret, "sign"),

  parseTemplate: () => [],

  readHeader: () => [],

  async authenticate(verification, delivery, body, secrets, nowMs, tenant) {
    const { definition } = verification.scheme;
    const inUse = secretsInUse(secrets, () => nowMs);
    const keys = inUse.map(({ key }) => key.secret);
    const header = (name: string): string | undefined =>
      headerOf(delivery.headers, name.toLowerCase());
    let said: unknown;
    try {
      const context = { secrets: keys, header, nowMs };
      said = await definition.signature.verify?.({ ...delivery, body }, context);
    } catch (thrown) {
      if (isWebhookError(thrown)) throw thrown;
      throw undecided(definition.name, `threw: ${messageOf(thrown)}`, thrown);
    }
    if (said === false || inUse.length === 0) {
      throw new WebhookError(
        "signature_mismatch",
        `The function \`verify\` of ${definition.name} says that this delivery is not genuine.`,
      );
    }
    if (said !== true && (typeof said !== "object" || said === null)) {
      throw undecided(definition.name, `returned ${String(said)}, which is neither true nor false`);
    }
    const by: VerifiedBy = said === true ? {} : said;
    const rawBody = by.body === undefined ? body : bytesOf(by.body);
    const secret = by.secret === undefined ? inUse[0] : inUse[keys.indexOf(by.secret)];
    if (rawBody === undefined || secret === undefined) {
      throw undecided(
        definition.name,
        "returned a body that is no bytes or text, or a secret that is not one of context.secrets",
      );
    }
    const group = { text: "", spans: [], parts: by.parts ?? NO_PARTS };
    const freshUntilMs = freshUntil(verification, delivery.headers, group, nowMs);
    const verifiableUntilMs = earlierOf(by.verifiableUntilMs, freshUntilMs);
    return { secret, rawBody, verifiableUntilMs, tenant, group, nowMs };
  },
};

/** Leaves a secret that is neither text nor bytes to the usual checks, which refuse it. */
function keysFor(
  { definition }: Scheme,
  secret: unknown,
  use: "verify" | "sign",
): readonly HmacKey[] | undefined {
  const { readSecret } = definition.signature;
  if (readSecret === undefined || (typeof secret !== "string" && !(secret instanceof Uint8Array))) {
    return undefined;
  }
  const bytes = secret.length === 0 ? undefined : readSecret(secret, use);
  return bytes && [{ secret: bytes }];
}

const NO_PARTS: ReadonlyMap<string, string> = new Map();

function earlierOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** Neither believed nor disbelieved: the sender is asked to send it again. */
function undecided(name: string, what: string, cause?: unknown): WebhookError {
  return new WebhookError(
    "secret_unavailable",
    `${name}: the function \`verify\` ${what}. The delivery counts as undecided. Return false for one that is not genuine.`,
    { cause },
  );
}
