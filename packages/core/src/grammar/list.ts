import type { Grammar } from "../scheme/scheme.ts";
import { groupOf } from "../scheme/signature-header.ts";
import { split } from "./split.ts";

/** Signature headers with several signatures in a row. */
export const list: Pick<Grammar, "readHeader"> = {
  readHeader(scheme, header) {
    const values = split(header, scheme.definition.signature.list ?? ",");
    // A header that came several times is joined with commas, whatever parts its values.
    return groupOf(
      scheme,
      values.map((value) => value.replace(/,$/, "")),
    );
  },
};
