import type { Scheme, Segment } from "../scheme/scheme.ts";
import type { Mistake } from "./finding.ts";

/** Another text that a sender may have signed. */
export interface ContentVariant {
  readonly scheme: Scheme;
  readonly mistake: Mistake;
}

const SEPARATORS = [".", ":", "", "|", "\n", ",", "&", "-"];

/** Returns what senders sign in place of what the definition says: parts left out, or other separators between them. */
export function* contentVariants(scheme: Scheme): Generator<ContentVariant> {
  const { signature } = scheme.definition;
  if (signature.signedContent !== undefined) return;
  if (scheme.grammar.contentOf === undefined || signature.content === undefined) return;
  const { segments } = scheme;
  if (segments.length < 2) return;
  const body = segments.filter(({ kind }) => kind === "body");
  if (body.length > 0) yield variant(body, "the body alone");
  for (const [place, segment] of segments.entries()) {
    if (segment.kind === "body" || segment.kind === "bodyDigest") continue;
    const others = segments.filter((_, index) => index !== place);
    yield variant(others, `everything but ${nameOf(segment)}`);
    if (segment.kind === "literal") continue;
    // With its separator: "{id}.{body}" without the id is "{body}".
    const after = segments[place + 1]?.kind === "literal" ? place + 1 : place - 1;
    if (segments[after]?.kind !== "literal") continue;
    yield variant(
      segments.filter((_, index) => index !== place && index !== after),
      `everything but ${nameOf(segment)} and its separator`,
    );
  }
  for (const text of SEPARATORS) {
    const separated = segments.map((segment): Segment =>
      segment.kind === "literal"
        ? { kind: "literal", text: segment.text.replaceAll(/[.:|,&\n-]/g, text) }
        : segment,
    );
    yield variant(separated, `the same with ${JSON.stringify(text)} as separator`);
  }

  function variant(signed: readonly Segment[], what: string): ContentVariant {
    return {
      scheme: { ...scheme, segments: signed },
      mistake: {
        code: "signed_content",
        evidence: `The sender signed ${what}; the definition says ${JSON.stringify(signature.content)}.`,
        remedy:
          "If the sender's documentation says so too, change signature.content in the definition. If not, correct the sender.",
      },
    };
  }
}

function nameOf(segment: Segment): string {
  switch (segment.kind) {
    case "literal":
      return `the text ${JSON.stringify(segment.text)}`;
    case "header":
    case "part":
      return `the ${segment.kind} ${segment.name}`;
    default:
      return `the ${segment.kind}`;
  }
}
