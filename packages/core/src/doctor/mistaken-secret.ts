/** A sign that a text is not the secret it was configured as. */
export interface MistakenSecret {
  /** The code of the warning. */
  readonly code: "secret_is_api_key" | "secret_placeholder" | "secret_wrapped";
  /** The rest of a sentence that begins with the secret's name. */
  readonly evidence: string;
}

/** Texts that are no signing secret; the first pattern that fits counts. */
const MISTAKEN: readonly (MistakenSecret & { readonly pattern: RegExp })[] = [
  {
    // An unset variable that was made text of, and what documentation writes where a secret belongs.
    pattern:
      /^(undefined|null|none|nil|nan|\[object \w+\]|changeme|\$\{.*\}|\$[A-Z\d_]+|%[A-Z\d_]+%|\{\{.*\}\}|<.*>|your[-_ ].*)$/is,
    code: "secret_placeholder",
    evidence: "is a placeholder, or an unset variable written as text",
  },
  {
    pattern: /^\w{0,12}[*\u2022\u00b7\u25cf.\u2026]{4,}\w{0,6}$/,
    code: "secret_placeholder",
    evidence: "is the dots or stars of a masked field, copied in place of what they hide",
  },
  {
    // Stripe, OpenAI, GitHub, GitLab, Slack, Shopify, Resend, SendGrid, AWS, Google.
    pattern:
      /^([spr]k[_-]|gh[opsu]_|github_pat_|glpat-|xox[a-z]-|xapp-|shp(at|ca|pa)_|re_|SG\.|AKIA[A-Z\d]{12}|AIza)/,
    code: "secret_is_api_key",
    evidence: "begins like an API key",
  },
  {
    // Telegram's, and Discord's.
    pattern: /^(\d{8,10}:[\w-]{35}|[\w-]{24,28}\.[\w-]{6}\.[\w-]{27,40})$/,
    code: "secret_is_api_key",
    evidence: "has the form of a bot token",
  },
  {
    pattern: /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/,
    code: "secret_is_api_key",
    evidence: "is a JSON Web Token",
  },
  {
    pattern: /^(we_1\w+|\d{8,12})$/,
    code: "secret_is_api_key",
    evidence: "has the form of a webhook's id",
  },
  { pattern: /^https?:\/\//, code: "secret_is_api_key", evidence: "is a URL" },
  {
    pattern: /^\s*\{.*"\s*:.*\}\s*$/s,
    code: "secret_wrapped",
    evidence: "is a JSON object, as a secrets manager returns it; the secret is a value in it",
  },
  {
    pattern: /^-----BEGIN /,
    code: "secret_wrapped",
    evidence: "is a PEM file, which holds a key or a certificate",
  },
  {
    pattern: /^[A-Za-z_][\w-]*:\s+\S/,
    code: "secret_wrapped",
    evidence: "is a whole line of YAML; the secret is what follows the colon",
  },
  {
    pattern: /\S\s+#\s/,
    code: "secret_wrapped",
    evidence: 'has a comment behind it, which begins with "#"',
  },
];

/**
 * Tells that a text in a secret's place is none.
 *
 * @param text a secret as it is configured
 * @returns the code of the warning and what to say of the secret; undefined where it may be a secret
 */
export function notASecret(text: string): MistakenSecret | undefined {
  const found = MISTAKEN.find(({ pattern }) => pattern.test(text));
  return found && { code: found.code, evidence: found.evidence };
}
