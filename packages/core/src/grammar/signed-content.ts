import { bytesOf } from "../bytes.ts";
import { rawText } from "../raw-text.ts";
import type { Grammar, Source } from "../scheme.ts";

/** Definitions that put the signed content together by a function of their own. */
export const signedContent: Pick<Grammar, "contentOf"> = {
  contentOf({ scheme, delivery, group, body }) {
    const { headers } = delivery;
    const textOf = (source: Source | undefined): string | undefined =>
      source === undefined || source.kind === "body" ? undefined : rawText(source, headers, group);
    const parts = {
      id: textOf(scheme.id),
      timestamp: textOf(scheme.timestamp),
      signature: group.parts,
    };
    try {
      const content = bytesOf(
        scheme.definition.signature.signedContent?.({ ...delivery, body }, parts),
      );
      return content && [content];
    } catch {
      // Whatever it throws on a delivery that it does not understand: that is not one which was signed so.
      return undefined;
    }
  },
};
