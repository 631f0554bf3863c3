import { kindOf } from "../base/bytes.ts";
import { WebhookError } from "../base/errors.ts";

/**
 * The Standard Schema interface, version 1, as far as it is used here. Zod, Valibot, ArkType and others implement it.
 * Source: https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a validator: a value, or its issues. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong with a value, and where. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Throws what `fail` makes where a schema is none, which else every delivery would meet. */
export function checkSchema(schema: unknown, fail: (message: string) => Error): void {
  const standard = (schema as Partial<StandardSchema> | null)?.["~standard"];
  if (typeof standard?.validate === "function") return;
  throw fail(
    'schema has no "~standard", by which schemas are known. Pass a schema of Zod (3.24 and later), Valibot (1 and later), ArkType (2 and later) or another Standard Schema.',
  );
}

/** How many issues an error's message names; all are in its `cause`. */
const SHOWN_ISSUES = 5;
const SHOWN_STEPS = 10;
const SHOWN_CHARACTERS = 64;

/**
 * Validates a verified body; returns what the schema makes of it.
 *
 * The message of an error names places and what kind of value stands there. Values may only be in its `cause`: validators quote them.
 *
 * @throws `schema_mismatch`, whose `cause` is the list of issues, each `{ message, path }`, or what the schema itself threw
 */
export async function validate<Output>(
  schema: StandardSchema<Output>,
  body: unknown,
  provider: string,
): Promise<Output> {
  let issues: readonly StandardIssue[];
  try {
    const result = await schema["~standard"].validate(body);
    if (result.issues === undefined) return result.value;
    ({ issues } = result);
  } catch (cause) {
    throw mismatch(
      `your \`schema\` threw a value of the type ${cause instanceof Error ? cause.name : typeof cause} in place of telling issues`,
      provider,
      cause,
    );
  }
  // Libraries put the value, and all that is around it, beside these two.
  const bare = issues.map(({ message, path }) => ({ message, path: keysOf(path) }));
  const places = bare.slice(0, SHOWN_ISSUES).map(({ path }) => placeOf(path, body));
  if (bare.length > SHOWN_ISSUES) places.push(`and ${bare.length - SHOWN_ISSUES} more`);
  throw mismatch(`its body does not fit \`schema\`: ${places.join("; ")}`, provider, bare);
}

function mismatch(what: string, provider: string, cause: unknown): WebhookError {
  return new WebhookError(
    "schema_mismatch",
    `The delivery of ${provider} is verified, but ${what}. The words of the schema, which may quote the body, are in error.cause for onRejected.`,
    { cause },
  );
}

function keysOf(path: StandardIssue["path"]): PropertyKey[] {
  return (path ?? []).map((step) => (typeof step === "object" ? step.key : step));
}

/** A path, and what kind of value stands there. */
function placeOf(path: readonly PropertyKey[], body: unknown): string {
  let value = body;
  let isMissing = false;
  for (const key of path) {
    isMissing = typeof value !== "object" || value === null || !Object.hasOwn(value, key);
    if (isMissing) break;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  const kind = isMissing ? "missing" : kindOf(value).toLowerCase();
  const steps = path.slice(0, SHOWN_STEPS).map(shown);
  if (path.length > SHOWN_STEPS) steps.push("...");
  return `${steps.join(".") || "the whole body"} (${kind})`;
}

/** Keys of a map come from outside: none may break a line of a log, or fill it. */
function shown(key: PropertyKey): string {
  const text = String(key);
  if (/^[\w$-]+$/.test(text) && text.length <= SHOWN_CHARACTERS) return text;
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS)).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
