import { WebhookError } from "./errors.ts";

/**
 * What Zod, Valibot, ArkType and others have in common: the Standard Schema interface, version 1, as far as it is used here.
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

/** What a validator answers: a value, or what is wrong. */
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

/** How many issues an error names; the rest are in its `cause`. */
const SHOWN_ISSUES = 3;

/**
 * Validates a verified body; returns what the schema makes of it.
 *
 * @throws `schema_mismatch`, whose `cause` is the list of issues
 */
export async function validate<Output>(
  schema: StandardSchema<Output>,
  body: unknown,
  provider: string,
): Promise<Output> {
  const result = await schema["~standard"].validate(body);
  if (result.issues === undefined) return result.value;
  const shown = result.issues.slice(0, SHOWN_ISSUES).map(({ message, path = [] }) => {
    const where = path.map((step) => String(typeof step === "object" ? step.key : step)).join(".");
    return where === "" ? message : `${where}: ${message}`;
  });
  const more = result.issues.length - shown.length;
  throw new WebhookError(
    "schema_mismatch",
    `The delivery of ${provider} is verified, but its body does not fit \`schema\`: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
    { cause: result.issues },
  );
}
