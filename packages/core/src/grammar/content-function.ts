import { bytesOf, kindOf } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import { rawText } from "../scheme/values.ts";
import { publicUrlOf } from "./request.ts";
import type { Grammar, Source } from "../scheme/scheme.ts";
import { emitWarningOnce } from "../base/warning.ts";

/** Definitions that put the signed content together by a function of their own. */
export const signedContent: Pick<Grammar, "contentOf"> = {
  contentOf(signed) {
    const { scheme, delivery, group, body, publicUrl } = signed;
    const { headers } = delivery;
    const { name, signature } = scheme.definition;
    const textOf = (source: Source | undefined): string | undefined =>
      source === undefined || source.kind === "body" ? undefined : rawText(source, headers, group);
    const parts = {
      id: textOf(scheme.id),
      timestamp: textOf(scheme.timestamp),
      signature: group.parts,
      header: (header: string) => headerOf(headers, header.toLowerCase()),
    };
    const url = publicUrl === undefined ? delivery.url : publicUrlOf(signed);
    let content: unknown;
    try {
      content = signature.signedContent?.({ ...delivery, url, body }, parts);
    } catch (thrown) {
      // A delivery that it does not understand is none that was signed so. But it may as well be wrong.
      warn(name, `threw ${thrown instanceof Error ? thrown.name : typeof thrown}`);
      return undefined;
    }
    if (kindOf(content) === "Promise") {
      // Whatever comes of it: rejected with nobody there, it would end the process.
      Promise.resolve(content).catch(() => {});
      throw configError(
        `${name}: signature.signedContent returned a promise. Make it a function that is not async, and return bytes or text.`,
      );
    }
    const bytes = bytesOf(content);
    if (bytes === undefined) warn(name, `returned ${kindOf(content)}, neither bytes nor text`);
    return bytes && [bytes];
  },
};

/** Without what was thrown, which may quote a body that nobody has signed. */
function warn(name: string, what: string): void {
  emitWarningOnce({
    code: "signed_content_failed",
    message: `${name}: signature.signedContent ${what}, and the delivery counts as one with a wrong signature. If genuine ones are refused, call it with one of them.`,
  });
}
