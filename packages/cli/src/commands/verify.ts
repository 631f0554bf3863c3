import type { Command } from "commander";
import { EXIT } from "../base/exit-code.ts";
import { outputTo } from "../base/output.ts";
import { readInput } from "../base/read-input.ts";
import { colours, paragraph, printable } from "../base/terminal.ts";
import { UsageError } from "../base/usage-error.ts";
import type { Captured } from "../delivery/captured.ts";
import { type Judgement, judge } from "../delivery/judge.ts";
import { readHeaderLines } from "../delivery/read/raw-http.ts";
import { readDelivery } from "../delivery/read/read-delivery.ts";
import {
  providerAndSecrets,
  type SecretOptions,
  withJsonOption,
  withSecretOptions,
} from "./options.ts";

interface VerifyCommandOptions extends SecretOptions {
  readonly provider?: string;
  readonly at?: string;
  readonly headers?: string;
  readonly body?: string;
  readonly url?: string;
  readonly entry?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  countersign verify push.json --secret-env GITHUB_SECRET
  countersign verify request.http --provider stripe --secret-env STRIPE_SECRET --at recorded
  pbpaste | countersign verify - --provider github --secret-env GITHUB_SECRET
  countersign verify --headers headers.txt --body body.bin --provider para --secret-env PARA_SECRET
`;

/** Adds `countersign verify <file|->`. */
export function addVerify(program: Command): void {
  const command = program
    .command("verify")
    .description(
      "verify a saved delivery and explain a refusal; exit code 0 verified, 1 refused, 2 usage",
    )
    .argument(
      "[file]",
      "JSON of countersign, a HAR file, a curl command or a raw HTTP request; - is standard input",
    )
    .option("--provider <name>", "who signed it; default: what the file says")
    .option("--at <time>", '"recorded" for the time in the file, or ISO 8601; default: now')
    .option("--headers <file>", "headers, a line each, in place of a file with everything")
    .option("--body <file>", "the body's bytes, with --headers")
    .option("--url <url>", "the URL that the provider calls, where it signs it")
    .option("--entry <n>", "entry of a HAR file, counted from 0; default: the last with a body");
  withJsonOption(withSecretOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, options: VerifyCommandOptions) => {
      const output = outputTo(options.json ?? false);
      const delivery = await deliveryFrom(file, options);
      const name = options.provider ?? delivery.provider;
      const { provider, secret } = await providerAndSecrets(name, options);
      const now = clockOf(options.at, delivery);
      const judgement = await judge(delivery, { provider, secret, now, publicUrl: options.url });
      output.say(textOf(judgement), recordOf(judgement));
      process.exitCode = judgement.verified ? EXIT.ok : EXIT.refused;
    });
}

async function deliveryFrom(
  file: string | undefined,
  { headers, body, url, entry }: VerifyCommandOptions,
): Promise<Captured> {
  if (headers === undefined && body === undefined) {
    if (file === undefined)
      throw new UsageError("Give a file, - for standard input, or --headers and --body.");
    if (entry !== undefined && !/^\d+$/.test(entry))
      throw new UsageError("--entry is a number from 0 on.");
    return readDelivery(await readInput(file), entry === undefined ? undefined : Number(entry));
  }
  if (file !== undefined || headers === undefined || body === undefined) {
    throw new UsageError("--headers and --body go together, and without another file.");
  }
  const lines = (await readInput(headers)).toString("latin1").split("\n");
  // A copied head begins with the request line, or with a status line.
  const head = lines.filter((line) => !/ HTTP\/\d|^HTTP\/\d/.test(line));
  return {
    receivedAtMs: Number.NaN,
    method: "POST",
    url: url ?? "http://localhost/",
    headers: readHeaderLines(head),
    body: await readInput(body),
  };
}

function clockOf(at: string | undefined, { receivedAtMs }: Captured): (() => number) | undefined {
  if (at === undefined) return undefined;
  const timeMs = at === "recorded" ? receivedAtMs : Date.parse(at);
  if (!Number.isNaN(timeMs)) return () => timeMs;
  throw new UsageError(
    at === "recorded"
      ? "The delivery carries no time of its own (no receivedAt, no Date header). Give --at with an ISO 8601 time."
      : `--at takes "recorded" or a time such as 2026-01-31T12:00:00Z, not "${at}".`,
  );
}

function textOf(judgement: Judgement): string {
  if (!judgement.verified) {
    const head = `${colours.red("✘ refused")}  ${judgement.code}`;
    return `${head}\n${paragraph(judgement.text)}`;
  }
  const { provider, type, id, timestamp, secretId, unsigned } = judgement.event;
  const rows = { type, id, time: timestamp?.toISOString(), secret: secretId };
  const lines = Object.entries(rows)
    .filter(([, value]) => value !== undefined)
    .map(([name, value = ""]) => `  ${colours.dim(name.padEnd(6))}  ${printable(value)}`);
  const warning =
    unsigned.length === 0
      ? []
      : [`  ${colours.yellow("not covered by the signature")}: ${unsigned.join(", ")}`];
  return [`${colours.green("✔ verified")}  ${provider}`, ...lines, ...warning].join("\n");
}

function recordOf(judgement: Judgement): object {
  if (!judgement.verified) return judgement;
  const { provider, id, type, timestamp, key, unsigned, secretId } = judgement.event;
  return { verified: true, provider, id, type, timestamp, key, unsigned, secretId };
}
