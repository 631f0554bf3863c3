import { createVerifier, isWebhookError, type Provider } from "@countersign/core";
import { MIN_SECRET_BYTES, secretBytes } from "@countersign/core/adapter";
import type { SubscriptionChange } from "./subscription-store.ts";
import { hasControlCharacter, isText, MAX_TEXT_LENGTH } from "./text.ts";

/** The fields of a new subscription; all but `url` have a default. */
export interface SubscriptionInput {
  /** The receiver's URL: absolute, and one that the sender delivers to. */
  readonly url: string;
  /** For people to tell it from others. Default `""`. */
  readonly name?: string | undefined;
  /** Whose it is. Default `""`: nobody's. */
  readonly owner?: string | undefined;
  /** The name of one of the publisher's providers. Default: the first. */
  readonly provider?: string | undefined;
  /** One secret, or several, the newest first. Default: a new one. */
  readonly secret?: string | readonly string[] | undefined;
  /** Which events, by their type. Default `["*"]`: all. */
  readonly eventTypes?: readonly string[] | undefined;
  /** Which events, by their subject. Default `""`, which is all, as is `*`. */
  readonly filter?: string | undefined;
  /** Sends deliveries as forms, for providers that have them. Default false. */
  readonly form?: boolean | undefined;
  /** Anything of your own to keep with it: up to 20 short texts by name. Default `{}`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Default true. */
  readonly active?: boolean | undefined;
}

/** The problem of one field of an input. */
export interface InputIssue {
  readonly field: string;
  readonly message: string;
}

/** Thrown for a subscription that can't be; each of its issues is fit to be shown to whoever sent it. */
export class InvalidSubscription extends Error {
  override readonly name = "InvalidSubscription";
  readonly code = "subscription_invalid";
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ field, message }) => `${field}: ${message}`).join(" "));
    this.issues = issues;
  }
}

/** The rules for inputs. */
export interface InputRules {
  readonly providers: ReadonlyMap<string, Provider<object>>;
  readonly refusalOf: (url: string) => string | undefined;
}

/** The changes that an input makes. */
interface Before {
  readonly provider: string;
  readonly secrets: readonly string[];
  readonly form: boolean;
}

const MAX_URL_LENGTH = 2048;
const MAX_EVENT_TYPES = 200;
const MAX_SECRETS = 5;
const MAX_METADATA = 20;

type FieldCheck = (value: unknown, rules: InputRules) => string | undefined;

const textCheck: FieldCheck = (value) =>
  value === "" || isText(value)
    ? undefined
    : `It must be text of up to ${MAX_TEXT_LENGTH} characters, none of them a control character.`;
const booleanCheck: FieldCheck = (value) =>
  typeof value === "boolean" ? undefined : "It must be true or false.";

/** Finds problems of single fields, in the order in which they are reported. */
const CHECKS: Readonly<Record<keyof SubscriptionInput, FieldCheck>> = {
  url: (value, { refusalOf }) => {
    if (typeof value !== "string" || value.length > MAX_URL_LENGTH) {
      return `It must be a URL of up to ${MAX_URL_LENGTH} characters.`;
    }
    return hasControlCharacter(value)
      ? "It has a control character in it, such as a line break."
      : refusalOf(value);
  },
  name: textCheck,
  owner: textCheck,
  provider: (value, { providers }) =>
    typeof value === "string" && providers.has(value)
      ? undefined
      : `It must be one of ${[...providers.keys()].join(", ")}. To sign as another provider does, import its preset from "@countersign/core/providers" and add it to createPublisher({ providers: [...] }).`,
  secret: (value) => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.length > 0 && list.length <= MAX_SECRETS && list.every(isText)
      ? undefined
      : `It must be text, or a list of 1 to ${MAX_SECRETS} texts.`;
  },
  eventTypes: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_EVENT_TYPES &&
    value.every(isText)
      ? undefined
      : `It must be a list of 1 to ${MAX_EVENT_TYPES} event types of up to ${MAX_TEXT_LENGTH} characters, or ["*"] for all.`,
  filter: textCheck,
  form: booleanCheck,
  metadata: (value) => {
    const entries = isRecord(value) ? Object.entries(value) : undefined;
    return entries !== undefined &&
      entries.length <= MAX_METADATA &&
      entries.every(([name, text]) => isText(name) && (text === "" || isText(text)))
      ? undefined
      : `It must be an object of up to ${MAX_METADATA} texts of up to ${MAX_TEXT_LENGTH} characters.`;
  },
  active: booleanCheck,
};

const FIELDS = Object.keys(CHECKS) as (keyof SubscriptionInput)[];

/**
 * Checks what somebody sent as a subscription, or as a change to one.
 *
 * @param input anything at all
 * @param before what it changes: the provider, where the input names none
 * @returns the fields that the input has
 * @throws {@link InvalidSubscription} with everything that is wrong
 */
export function checkInput(input: unknown, before: Before, rules: InputRules): SubscriptionChange {
  if (!isRecord(input)) {
    throw new InvalidSubscription([{ field: "", message: "This is not an object." }]);
  }
  const issues = unknownFields(input);
  const wrong = new Set<string>();
  for (const field of FIELDS) {
    // The provider also where it stays: it may be one that this publisher no longer has.
    const value = field === "provider" ? (input[field] ?? before.provider) : input[field];
    const message = value === undefined ? undefined : CHECKS[field](value, rules);
    if (message === undefined) continue;
    wrong.add(field);
    issues.push({ field, message });
  }
  // Each of these fields is of its type by now, or wrong.
  const { secret, ...fields } = input as Partial<SubscriptionInput>;
  const secrets = secret === undefined ? undefined : [secret].flat();
  const scheme = rules.providers.get(fields.provider ?? before.provider);
  if (scheme !== undefined) {
    const isAffected = secret !== undefined || fields.provider !== undefined;
    const mismatch =
      isAffected && !wrong.has("secret")
        ? whatIsWrongWith(secrets ?? before.secrets, scheme)
        : undefined;
    if (mismatch !== undefined) issues.push({ field: "secret", message: mismatch });
    if (!wrong.has("form") && (fields.form ?? before.form) && !hasForms(scheme)) {
      issues.push({ field: "form", message: `${scheme.name} sends no forms.` });
    }
  }
  if (issues.length > 0) throw new InvalidSubscription(issues);
  const given = Object.entries({ ...fields, secrets }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as SubscriptionChange;
}

function unknownFields(input: object): InputIssue[] {
  return Object.keys(input)
    .filter((field) => !Object.hasOwn(CHECKS, field))
    .map((field) => {
      const hint =
        field === "event" || field === "events"
          ? ' To choose events, write "eventTypes": ["their type"].'
          : "";
      return { field, message: `There is no such field; there is ${FIELDS.join(", ")}.${hint}` };
    });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasForms({ body }: Provider<object>): boolean {
  return body?.formField !== undefined || ["form", "auto"].includes(body?.format ?? "");
}

/** Says what is wrong with secrets: how the provider writes them, and nothing of these. */
function whatIsWrongWith(
  secret: readonly string[],
  provider: Provider<object>,
): string | undefined {
  if (secret.length === 0) return undefined;
  try {
    createVerifier({ provider, secret });
    const isShort = secret.some((one) => secretBytes(provider, one) < MIN_SECRET_BYTES);
    return isShort
      ? `It can be guessed from one delivery. Use at least ${MIN_SECRET_BYTES} random bytes, or leave it out to get a new one.`
      : undefined;
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    return error.message;
  }
}
