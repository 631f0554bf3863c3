import { randomBytes } from "node:crypto";
import type { Provider } from "@countersign/core";

/** Twice what an HMAC-SHA256 needs to be as strong as its digest would be a waste; this is its full strength. */
const SECRET_BYTES = 32;

/** A new secret, written as a provider writes its secrets. */
export function newSecret({ secret }: Provider<object>): string {
  const { encoding = "utf8", prefix = "" } = secret ?? {};
  const bytes = randomBytes(SECRET_BYTES);
  // Text may be anything: base64url has nothing in it that a shell or a form would change.
  return prefix + bytes.toString(encoding === "utf8" ? "base64url" : encoding);
}
