import type { Delivery } from "../delivery/delivery.ts";
import { isWebhookError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import type { Provider } from "../scheme/provider.ts";
import * as presets from "../providers/index.ts";
import { schemeOf } from "../scheme/compile.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { checkDelivery, checkHeaders } from "../verify/check-delivery.ts";
import { verificationOf, type VerifyOptions } from "../verify/options.ts";
import type { Budget } from "./budget.ts";
import type { Mistake } from "./finding.ts";
import type { NamedSecret } from "./secrets.ts";

/** The whole catalogue. */
export const allPresets: readonly Provider<object>[] = (Object.values(presets) as unknown[]).filter(
  (value): value is Provider<object> =>
    typeof value === "object" && value !== null && "signature" in value,
);

/** The providers under whose definition the delivery verifies as it is, with one of the secrets. */
export async function otherProvider(
  { definition }: Scheme,
  options: VerifyOptions<never>,
  delivery: Delivery,
  body: Uint8Array,
  secrets: readonly NamedSecret[],
  providers: readonly Provider<object>[],
  budget: Budget,
): Promise<Mistake | undefined> {
  const names: string[] = [];
  let secretName: string | undefined;
  for (const provider of providers) {
    if ((provider as unknown) === definition || !isSignedBy(provider)) continue;
    for (const { secret, name } of secrets) {
      // oxlint-disable-next-line no-await-in-loop -- one budget, one after the other
      if (await verifies(provider, secret)) {
        names.push(provider.name);
        secretName ??= name;
        break;
      }
    }
  }
  if (names.length === 0) return undefined;
  const [first = ""] = names;
  const shown = names.join(" or ");
  return {
    code: "provider_other",
    evidence: `The delivery verifies as one of ${shown}, with ${secretName}; the definition in use is ${definition.name}.`,
    remedy: `Use the preset of ${shown} (@countersign/core/providers/${first}), or route the deliveries of ${definition.name} here.`,
  };

  function isSignedBy(provider: Provider<object>): boolean {
    return schemeOf(provider).headers.some(
      (header) => headerOf(delivery.headers, header) !== undefined,
    );
  }

  async function verifies(
    provider: Provider<object>,
    secret: string | Uint8Array,
  ): Promise<boolean> {
    try {
      const { publicUrl, now } = options;
      const verification = verificationOf({ provider, secret, publicUrl, now });
      const groups = checkHeaders(verification, delivery.headers);
      if (!budget.takeHypothesis(body.length)) return false;
      await checkDelivery(verification, { ...delivery, body }, groups);
      return true;
    } catch (error) {
      // The signature is looked at before the time.
      return isWebhookError(error) && /^timestamp_(expired|future|malformed)$/.test(error.code);
    }
  }
}
