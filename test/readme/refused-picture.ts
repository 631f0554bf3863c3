import { EventEmitter, once } from "node:events";
import { createReceiver, sign } from "@countersign/core";
import { explainTo } from "@countersign/core/explain";
import { github } from "@countersign/core/providers";

const COLUMNS = 92;
const LINE_HEIGHT = 22;
const SECRET = "It's a Secret to Everybody";

/** The picture of the README: what a terminal shows of a delivery whose body a parser has written again. */
export async function refusedPicture(): Promise<string> {
  const lines: string[] = [];
  const log = new EventEmitter();
  const explained = once(log, "explained");
  const receiver = createReceiver({
    provider: github,
    secret: SECRET,
    onReceipt: ({ provider, outcome, code }) => lines.push(`${provider}  ${outcome}  401  ${code}`),
    onRejected: explainTo({
      warn: (text: string) => {
        lines.push("", ...wrapped(text));
        log.emit("explained");
      },
    }),
  });
  const sent = `{\n  "zen": "Mind your words, they are important.",\n  "hook_id": 30\n}`;
  const { headers } = await sign(
    { body: sent, type: "ping" },
    { provider: github, secret: SECRET },
  );
  await receiver.receive({ headers, body: JSON.stringify(JSON.parse(sent)) });
  await explained;
  return picture(["$ node server.js", ...lines]);
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function picture(lines: readonly string[]): string {
  const height = lines.length * LINE_HEIGHT + 68;
  const rows = lines.map((line, index) => {
    const color = index === 0 ? "#8b949e" : line.includes("401") ? "#ff7b72" : "#e6edf3";
    return `  <text x="24" y="${64 + index * LINE_HEIGHT}" fill="${color}" xml:space="preserve">${escaped(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" role="img">
  <title>A terminal: a delivery of GitHub is refused with 401, and the explanation names the cause and the line to change</title>
  <rect width="860" height="${height}" rx="10" fill="#0d1117"/>
  <circle cx="24" cy="22" r="6" fill="#ff5f56"/>
  <circle cx="44" cy="22" r="6" fill="#ffbd2e"/>
  <circle cx="64" cy="22" r="6" fill="#27c93f"/>
${rows.join("\n")}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
