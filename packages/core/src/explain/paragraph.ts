import type { Scheme } from "../scheme/scheme.ts";
import type { Finding } from "./finding.ts";
import { signsUrl } from "./urls.ts";

/** Writes an explanation as one paragraph. */
export function paragraph(
  scheme: Scheme,
  verified: boolean,
  findings: readonly Finding[],
  { hypotheses, exhausted }: { readonly hypotheses: number; readonly exhausted: boolean },
): string {
  const provider = scheme.definition.name;
  if (verified) return `The delivery of ${provider} verifies: there is nothing to explain.`;
  const start = `The delivery of ${provider} does not verify.`;
  const [first, ...others] = findings;
  const tried =
    hypotheses > 0
      ? `${hypotheses} ${hypotheses === 1 ? "way" : "ways"} to undo a usual mistake were tried${exhausted ? ", and then the budget was used up: raise maxHypotheses or maxBytes to go on" : ""}.`
      : exhausted
        ? "No way to undo a usual mistake was tried, as the budget is too small for this body: raise maxHypotheses or maxBytes."
        : "";
  if (first === undefined && hypotheses === 0 && exhausted) return `${start} ${tried}`;
  if (first === undefined) {
    return `${start} No usual mistake explains it${tried === "" ? "." : `; ${tried}`} Either ${whatRemains(scheme)}`;
  }
  const told = [first, ...others]
    .map(({ evidence, remedy }) => `${evidence} ${remedy}`)
    .join(" Also: ");
  if (first.confidence === "proven") return `${start} ${told}`;
  const doubt = `(Seen in the delivery, not proven by its signature.${tried === "" ? "" : ` ${tried}`})`;
  // A forger can send such a body as well.
  const isAboutBody = tried !== "" && findings.some(({ code }) => code.startsWith("body_"));
  return `${start} ${told} ${doubt}${isAboutBody ? ` If that is not it, ${whatRemains(scheme)}` : ""}`;
}

/** Says what remains, which no search can tell apart. */
function whatRemains(scheme: Scheme): string {
  return (
    "the delivery is forged, or it was signed with a secret that is not configured here (compare the secret with the one that the " +
    "provider shows for this endpoint, or give others as otherSecrets), or its body was rewritten in a way that can't be undone (pass " +
    `the bytes as they came over the wire)${signsUrl(scheme) ? ", or publicUrl is not the URL that is registered at the provider" : ""}.`
  );
}
