import { createVerifier, isWebhookError, type Provider } from "@countersign/core";
import { MIN_SECRET_BYTES, secretBytes } from "@countersign/core/adapter";
import type { SubscriptionChange } from "./subscription-store.ts";

/** What a subscription is made of; all but `url` has a default. */
export interface SubscriptionInput {
  /** Where to; absolute, and one that the sender delivers to. */
  readonly url: string;
  /** The name of one of the publisher's providers. Default: the first. */
  readonly provider?: string | undefined;
  /** One secret, or several, the newest first. Default: a new one. */
  readonly secret?: string | readonly string[] | undefined;
  /** Which events, by their type. Default `["*"]`: all. */
  readonly eventTypes?: readonly string[] | undefined;
  /** Which events, by their subject. Default `""`, which is all, as is `*`. */
  readonly filter?: string | undefined;
  /** Whether deliveries are forms, for providers that have them. Default false. */
  readonly form?: boolean | undefined;
  /** Default true. */
  readonly active?: boolean | undefined;
}

/** What is wrong with one field of an input. */
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

/** What inputs are checked against. */
export interface InputRules {
  readonly providers: ReadonlyMap<string, Provider<object>>;
  readonly refusalOf: (url: string) => string | undefined;
}

/** PostgreSQL can't keep the first of them, and nobody means the others. */
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
const MAX_URL_LENGTH = 2048;
const MAX_TEXT_LENGTH = 256;
const MAX_EVENT_TYPES = 200;
const MAX_SECRETS = 5;

/**
 * Checks what somebody sent as a subscription, or as a change to one.
 *
 * @param input anything at all
 * @param before what it changes: the provider, where the input names none
 * @returns the fields that the input has
 * @throws {@link InvalidSubscription} with everything that is wrong
 */
export function checkInput(
  input: unknown,
  before: {
    readonly provider: string;
    readonly secrets: readonly string[];
    readonly form: boolean;
  },
  { providers, refusalOf }: InputRules,
): SubscriptionChange {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new InvalidSubscription([{ field: "", message: "This is not an object." }]);
  }
  const issues: InputIssue[] = [];
  const fail = (field: string, message: string): void => {
    issues.push({ field, message });
  };
  const known = ["url", "provider", "secret", "eventTypes", "filter", "form", "active"];
  const { url, provider, secret, eventTypes, filter, form, active } = input as Record<
    keyof SubscriptionInput,
    unknown
  >;
  for (const field of Object.keys(input)) {
    if (known.includes(field)) continue;
    const hint =
      field === "event" || field === "events"
        ? ' To choose events, write "eventTypes": ["their type"].'
        : "";
    fail(field, `There is no such field; there is ${known.join(", ")}.${hint}`);
  }

  if (url !== undefined) {
    const refused =
      typeof url !== "string" || url.length > MAX_URL_LENGTH
        ? `It must be a URL of up to ${MAX_URL_LENGTH} characters.`
        : CONTROL_CHARACTER.test(url)
          ? "It has a control character in it, such as a line break."
          : refusalOf(url);
    if (refused !== undefined) fail("url", refused);
  }
  const name = provider ?? before.provider;
  const scheme = typeof name === "string" ? providers.get(name) : undefined;
  if (scheme === undefined) {
    fail(
      "provider",
      `It must be one of ${[...providers.keys()].join(", ")}. To sign as another provider does, add it to createPublisher({ providers: [...] }).`,
    );
  }

  let secrets: readonly string[] | undefined;
  if (secret !== undefined) {
    const list: unknown[] = Array.isArray(secret) ? secret : [secret];
    if (list.length < 1 || list.length > MAX_SECRETS || !list.every(isText)) {
      fail("secret", `It must be text, or a list of 1 to ${MAX_SECRETS} texts.`);
    } else {
      secrets = list;
    }
  }
  if (scheme !== undefined && (secrets !== undefined || provider !== undefined)) {
    const wrong = whatIsWrongWith(secrets ?? before.secrets, scheme);
    if (wrong !== undefined) fail("secret", wrong);
  }
  if (
    eventTypes !== undefined &&
    !(
      Array.isArray(eventTypes) &&
      eventTypes.length > 0 &&
      eventTypes.length <= MAX_EVENT_TYPES &&
      eventTypes.every(isText)
    )
  ) {
    fail(
      "eventTypes",
      `It must be a list of 1 to ${MAX_EVENT_TYPES} event types of up to ${MAX_TEXT_LENGTH} characters, or ["*"] for all.`,
    );
  }
  if (filter !== undefined && filter !== "" && !isText(filter)) {
    fail(
      "filter",
      `It must be text of up to ${MAX_TEXT_LENGTH} characters, none of them a control character.`,
    );
  }
  if (form !== undefined && typeof form !== "boolean") fail("form", "It must be true or false.");
  if ((form ?? before.form) === true && scheme !== undefined && !hasForms(scheme)) {
    fail("form", `${scheme.name} sends no forms.`);
  }
  if (active !== undefined && typeof active !== "boolean") {
    fail("active", "It must be true or false.");
  }
  if (issues.length > 0) throw new InvalidSubscription(issues);
  return {
    ...(url !== undefined && { url: url as string }),
    ...(provider !== undefined && { provider: provider as string }),
    ...(secrets !== undefined && { secrets }),
    ...(eventTypes !== undefined && { eventTypes: eventTypes as string[] }),
    ...(filter !== undefined && { filter: filter as string }),
    ...(form !== undefined && { form: form as boolean }),
    ...(active !== undefined && { active: active as boolean }),
  };
}

/** Whether a value is text as types, ids and filters are: of 1 to 256 characters, none of them a control character. */
export function isText(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value !== "" &&
    value.length <= MAX_TEXT_LENGTH &&
    !CONTROL_CHARACTER.test(value)
  );
}

function hasForms({ body }: Provider<object>): boolean {
  return body?.formField !== undefined || ["form", "auto"].includes(body?.format ?? "");
}

/** The message says how the provider writes its secrets, and nothing of this one. */
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
