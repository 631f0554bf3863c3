import { randomBytes } from "node:crypto";
import type { Provider } from "@countersign/core";

/** As long as the digest: a longer key adds nothing (RFC 2104, section 3). */
const SECRET_BYTES = 32;

/**
 * Makes a new random secret of 32 bytes, written as a provider writes its secrets.
 *
 * @example
 * ```ts
 * const secret = newSecret(standardWebhooks); // whsec_…
 * ```
 */
export function newSecret({ secret }: Provider<object>): string {
  const { encoding = "utf8", prefix = "" } = secret ?? {};
  const bytes = randomBytes(SECRET_BYTES);
  // Text may be anything: base64url has nothing in it that a shell or a form would change.
  return prefix + bytes.toString(encoding === "utf8" ? "base64url" : encoding);
}
