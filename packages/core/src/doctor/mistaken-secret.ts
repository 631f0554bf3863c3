/** The beginnings that services give to API keys and tokens (Stripe, OpenAI, GitHub, GitLab, Slack, Shopify, Resend), and Stripe to an endpoint's id. */
const API_KEY =
  /^([spr]k[_-]|gh[opsu]_|github_pat_|glpat-|xox[a-z]-|xapp-|shp(at|ca|pa)_|re_|we_1)/;

const PLACEHOLDER = /^(\$\{.*\}|\$[A-Z\d_]+|\{\{.*\}\}|<.*>|your[-_ ].*)$/s;

/**
 * What text in a secret's place seems to be, where it seems to be no secret.
 *
 * @param text a secret as it is configured
 * @returns the code of the warning and what to say of the secret; undefined where it may well be one
 */
export function notASecret(
  text: string,
): { readonly code: string; readonly evidence: string } | undefined {
  if (API_KEY.test(text)) {
    return {
      code: "secret_is_api_key",
      evidence: `begins like an API key or an id (${text.slice(0, 3)}…)`,
    };
  }
  if (PLACEHOLDER.test(text)) {
    return { code: "secret_placeholder", evidence: "is a placeholder that nothing has replaced" };
  }
  return undefined;
}
