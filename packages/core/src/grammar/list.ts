import type { Grammar } from "../scheme/scheme.ts";
import { groupOf } from "../scheme/signature-header.ts";
import { split } from "./split.ts";

/** Signature headers with several signatures in a row. */
export const list: Pick<Grammar, "readHeader"> = {
  readHeader(scheme, header) {
    const spans = split(header, scheme.definition.signature.list ?? ",");
    // A header that came several times is joined with commas, whatever parts its values.
    for (let i = 1; i < spans.length; i += 2) {
      const end = spans[i] ?? 0;
      if (header[end - 1] === ",") spans[i] = end - 1;
    }
    return groupOf(scheme, header, spans);
  },
};
