import type { Command } from "commander";
import { EXIT } from "../base/exit-code.ts";
import { outputTo } from "../base/output.ts";
import { colours, paragraph, printable } from "../base/terminal.ts";
import { examine } from "../doctor/examine.ts";
import {
  httpUrl,
  providerAndSecrets,
  type SecretOptions,
  withJsonOption,
  withSecretOptions,
} from "./options.ts";

interface DoctorOptions extends SecretOptions {
  readonly url: string;
  readonly provider: string;
  readonly type?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  countersign doctor --url http://localhost:3000/github --provider github --secret-env GITHUB_SECRET

It sends genuine, forged, unsigned and old deliveries. What is genuine is processed like any other event: use it in development.
`;

/** Adds `countersign doctor`. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description(
      "send a receiver genuine and spoilt deliveries, and say what its answers mean; exit code 1 if something is wrong",
    )
    .requiredOption("--url <url>", "the receiver's route")
    .requiredOption("--provider <name>", "whom it receives from: a preset, or ./file.js#export")
    .option("--type <type>", "the event's type");
  withJsonOption(withSecretOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (options: DoctorOptions) => {
      const output = outputTo(options.json ?? false);
      const { provider, secret } = await providerAndSecrets(options.provider, options);
      const target = { provider, secret, url: httpUrl(options.url), type: options.type };
      await examine(target, (check) => {
        if (!check.ok) process.exitCode = EXIT.refused;
        const mark = check.ok ? colours.green("✔") : colours.red("✘");
        output.say(`${mark} ${paragraph(printable(check.text)).trimStart()}`, check);
      });
    });
}
