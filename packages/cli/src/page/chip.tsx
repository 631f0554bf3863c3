import type { VNode } from "preact";
import type { Row } from "../inspector/wire.ts";

const TONE: Readonly<Record<Row["status"], string>> = {
  verified: "good",
  challenge: "good",
  refused: "bad",
  duplicate: "warn",
  in_flight: "warn",
  unchecked: "",
};

/** Shows a verdict in a word. */
export function Chip({ row }: { readonly row: Pick<Row, "status" | "code"> }): VNode {
  return <span class={`chip ${TONE[row.status]}`}>{row.code ?? row.status.replace("_", " ")}</span>;
}
