import type { Finding } from "./finding.ts";

/** An explanation as one paragraph. */
export function paragraph(
  provider: string,
  verified: boolean,
  findings: readonly Finding[],
  { hypotheses, exhausted }: { readonly hypotheses: number; readonly exhausted: boolean },
): string {
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
    return (
      `${start} No usual mistake explains it${tried === "" ? "." : `; ${tried}`} Either the delivery is forged, or it was signed with a secret that is not configured here: ` +
      "compare the secret with the one that the provider shows for this endpoint, or give others as otherSecrets."
    );
  }
  const told = [first, ...others]
    .map(({ evidence, remedy }) => `${evidence} ${remedy}`)
    .join(" Also: ");
  const doubt =
    first.confidence === "proven"
      ? ""
      : ` (Seen in the delivery, not proven by its signature.${tried === "" ? "" : ` ${tried}`})`;
  return `${start} ${told}${doubt}`;
}
