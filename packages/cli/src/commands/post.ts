import { EXIT } from "../base/exit-code.ts";
import type { Output } from "../base/output.ts";
import { bytesText, colours, printable, printableLines } from "../base/terminal.ts";
import type { Captured } from "../delivery/captured.ts";
import { exchange, failureText, sendableHeaders } from "../http/exchange.ts";
import { isSuccess } from "../log/entry.ts";

/** Headers that are written anew for each connection. */
const OF_THE_CONNECTION = /^(content-length|transfer-encoding|connection|expect)$/i;

/**
 * Sends a delivery and says how it was answered. Unless that is 2xx, the exit code becomes 1.
 *
 * @param what names the delivery in the output
 */
export async function post(
  output: Output,
  delivery: Captured,
  what: string,
  showResponse: boolean,
): Promise<void> {
  const { url, body } = delivery;
  const kept = delivery.headers.filter(([name]) => !OF_THE_CONNECTION.test(name));
  const name = `${printable(what)}  ${colours.dim(bytesText(body.length))}`;
  try {
    const answer = await exchange({ ...delivery, headers: sendableHeaders(url, kept, body) });
    const { status, reason } = answer;
    const durationMs = Math.round(answer.durationMs);
    const taken = isSuccess(status);
    if (!taken) process.exitCode = EXIT.refused;
    const text = answer.body.toString("utf8");
    const shown = (showResponse || !taken) && text !== "" ? `\n${printableLines(text)}` : "";
    const mark = taken ? colours.green("✔") : colours.red("✘");
    const line = `${mark} ${name}  ${status} ${printable(reason)}  ${colours.dim(`${durationMs} ms`)}${isDuplicate(text) ? `  ${colours.yellow("duplicate")}` : ""}`;
    output.say(line + shown, { status, durationMs, body: text });
  } catch (error) {
    process.exitCode = EXIT.refused;
    const failure = failureText(error);
    output.say(`${colours.red("✘")} ${name}  no answer: ${failure}`, { error: failure });
  }
}

/** Tells whether a receiver has answered that it knew the event: then its handler did not run. */
function isDuplicate(answer: string): boolean {
  try {
    return (JSON.parse(answer) as { status?: unknown } | null)?.status === "duplicate";
  } catch {
    return false;
  }
}
