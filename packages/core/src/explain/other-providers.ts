import type { Delivery } from "../delivery/delivery.ts";
import { isWebhookError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import * as presets from "../providers/index.ts";
import { schemeOf } from "../scheme/compile.ts";
import type { Provider } from "../scheme/provider.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { checkDelivery, checkHeaders, type SignatureGroups } from "../verify/check-delivery.ts";
import { type Verification, verificationOf, type VerifyOptions } from "../verify/options.ts";
import type { Budget } from "./budget.ts";
import type { Mistake } from "./finding.ts";
import type { SearchTask } from "./search-task.ts";
import type { NamedSecret } from "./secrets.ts";

/** The whole catalogue. */
export const allPresets: readonly Provider<object>[] = (Object.values(presets) as unknown[]).filter(
  (value): value is Provider<object> =>
    typeof value === "object" && value !== null && "signature" in value,
);

/** A provider that may have sent the delivery, ready to verify it with one of the secrets. */
interface Candidate {
  readonly name: string;
  readonly secretName: string;
  readonly verification: Verification;
  readonly groups: SignatureGroups;
}

/** The providers whose signature header the delivery has, beside the one in use. */
export class OtherProviders {
  readonly #scheme: Scheme;
  readonly #delivery: Delivery;
  readonly #candidates: readonly Candidate[];
  readonly #budget: Budget;

  constructor({ scheme, options, delivery, secrets, providers }: SearchTask, budget: Budget) {
    this.#scheme = scheme;
    this.#delivery = delivery;
    this.#budget = budget;
    this.#candidates = providers
      .filter((provider) => (provider as unknown) !== scheme.definition)
      .filter((provider) =>
        schemeOf(provider).headers.some(
          (header) => headerOf(delivery.headers, header) !== undefined,
        ),
      )
      .flatMap((provider) =>
        secrets.flatMap((secret) => candidateOf(provider, secret, options, delivery) ?? []),
      );
  }

  get areThere(): boolean {
    return this.#candidates.length > 0;
  }

  /** Names the providers under whose definition the delivery verifies with this body. */
  async find(body: Uint8Array): Promise<Mistake | undefined> {
    const names = new Set<string>();
    let secret: string | undefined;
    for (const candidate of this.#candidates) {
      if (names.has(candidate.name) || !(await this.#verifies(candidate, body))) continue;
      names.add(candidate.name);
      secret ??= candidate.secretName;
    }
    const [first] = names;
    if (first === undefined) return undefined;
    const shown = [...names].join(" or ");
    const { name } = this.#scheme.definition;
    return {
      code: "provider_other",
      evidence: `The delivery verifies as one of ${shown}, with ${secret}; the definition in use is ${name}.`,
      remedy: `Use the preset of ${shown} (@countersign/core/providers/${first}), or route the deliveries of ${name} here.`,
    };
  }

  async #verifies({ verification, groups }: Candidate, body: Uint8Array): Promise<boolean> {
    if (!this.#budget.takeHypothesis(body.length)) return false;
    try {
      await checkDelivery(verification, { ...this.#delivery, body }, groups);
      return true;
    } catch (error) {
      // The signature is looked at before the time.
      return isWebhookError(error) && /^timestamp_(expired|future|malformed)$/.test(error.code);
    }
  }
}

/** Prepares a candidate; undefined where the headers show that the provider did not send it, or where the secret can't be one of its own. */
function candidateOf(
  provider: Provider<object>,
  { secret, name }: NamedSecret,
  { publicUrl, now }: VerifyOptions<never>,
  { headers }: Delivery,
): Candidate | undefined {
  try {
    const verification = verificationOf({ provider, secret, publicUrl, now });
    const groups = checkHeaders(verification, headers);
    return { name: provider.name, secretName: name, verification, groups };
  } catch {
    return undefined;
  }
}
