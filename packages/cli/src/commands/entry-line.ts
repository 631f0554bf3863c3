import { bytesText, colours, paragraph, printable, printableLines } from "../base/terminal.ts";
import { type Answered, type Entry, isSuccess, type Verdict } from "../log/entry.ts";

/** Writes a delivery for people: one line, and for a refused one what explains it. */
export function entryText(entry: Entry, showResponse: boolean): string {
  const { receivedAtMs, method, url, body, verdict, answered, id } = entry;
  const { pathname, search } = new URL(url);
  const line = [
    colours.dim(`#${id}`.padStart(4)),
    colours.dim(new Date(receivedAtMs).toTimeString().slice(0, 8)),
    printable(`${method} ${pathname}${search}`),
    verdictText(verdict),
    printable([verdict.event?.type, verdict.event?.id].filter(Boolean).join(" ")),
    colours.dim(bytesText(body.length)),
    answered === undefined ? "" : answerText(answered),
  ].filter(Boolean);
  const [finding] = verdict.findings ?? [];
  const why =
    finding === undefined ? (verdict.text ?? "") : `${finding.evidence} ${finding.remedy}`;
  const response = Buffer.from(answered?.body ?? []).toString("utf8");
  return [
    line.join("  "),
    ...(why === "" ? [] : [paragraph(printable(why), "        ")]),
    ...(showResponse && response !== "" ? [printableLines(response)] : []),
  ].join("\n");
}

/** Writes a delivery for programs. */
export function entryRecord(entry: Entry): object {
  const { id, receivedAtMs, method, url, provider, body, verdict, answered } = entry;
  const { event, ...judged } = verdict;
  return {
    id,
    receivedAt: new Date(receivedAtMs).toISOString(),
    method,
    url,
    provider,
    bytes: body.length,
    verdict: judged.status,
    ...(judged.code !== undefined && { code: judged.code }),
    ...(judged.text !== undefined && { text: judged.text, findings: judged.findings }),
    ...(event !== undefined && { event }),
    ...(answered !== undefined && {
      answered: {
        by: answered.by,
        status: answered.status,
        failure: answered.failure,
        durationMs: answered.durationMs,
        body: Buffer.from(answered.body ?? []).toString("utf8"),
      },
    }),
  };
}

function verdictText({ status, code }: Verdict): string {
  switch (status) {
    case "verified":
      return colours.green("✔ verified");
    case "refused":
      return colours.red(`✘ ${code ?? "refused"}`);
    case "unchecked":
      return colours.dim("· unchecked");
    default:
      return colours.yellow(`↻ ${status.replace("_", " ")}`);
  }
}

function answerText({ by, status, failure, durationMs }: Answered): string {
  const outcome = failure ?? String(status);
  const coloured = isSuccess(status) ? colours.green(outcome) : colours.red(outcome);
  return by === "app" ? `→ ${coloured} ${colours.dim(`${durationMs} ms`)}` : `← ${coloured}`;
}
