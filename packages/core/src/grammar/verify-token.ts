import { utf8 } from "../base/bytes.ts";
import { WebhookError } from "../base/errors.ts";
import * as backend from "#crypto";
import type { Grammar } from "../scheme/scheme.ts";

/** Verify tokens: texts of the user's that the provider shows when an endpoint is registered. */
export const verifyToken: Pick<Grammar, "checkVerifyToken"> = {
  async checkVerifyToken({ definition: { name } }, parameter, shown = "", { verifyToken: wanted }) {
    if (wanted === undefined) {
      throw new WebhookError(
        "signature_mismatch",
        `${name} wants to register this endpoint and shows a verify token in ${parameter}, but there is none to compare it with. Pass verifyToken, the text that was typed in at ${name}.`,
      );
    }
    // Digests have one length, whatever is compared.
    const [left, right] = await Promise.all([
      backend.sha256(utf8(wanted), "hex"),
      backend.sha256(utf8(shown), "hex"),
    ]);
    if (backend.equal(left, right)) return true;
    throw new WebhookError(
      "signature_mismatch",
      `Somebody wants to register this endpoint as ${name} does, but ${parameter} is not the verifyToken. Is the same text typed in at ${name}?`,
    );
  },
};
