import { bytesOf } from "../base/bytes.ts";
import { isWebhookError, messageOf, WebhookError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import type { VerifiedBy } from "../scheme/definition.ts";
import type { Grammar, SignatureGroup } from "../scheme/scheme.ts";

/** Definitions that verify by a function of their own. */
export const customVerify: Pick<Grammar, "authenticate" | "parseTemplate"> = {
  parseTemplate: () => [],

  async authenticate({ definition }, delivery, body, secrets, nowMs, tenant) {
    const inUse = secrets.filter(
      ({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs <= notAfterMs,
    );
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
    const { verifiableUntilMs } = by;
    return { secret, rawBody, verifiableUntilMs, tenant, group: NO_GROUP, nowMs };
  },
};

const NO_GROUP: SignatureGroup = { candidates: [], parts: new Map() };

/** Neither believed nor disbelieved: the sender is asked to send it again. */
function undecided(name: string, what: string, cause?: unknown): WebhookError {
  return new WebhookError(
    "secret_unavailable",
    `${name}: the function \`verify\` ${what}. The delivery counts as undecided. Return false for one that is not genuine.`,
    { cause },
  );
}
