import type { Command } from "commander";
import { newSecret } from "@countersign/sender";
import { outputTo } from "../base/output.ts";
import { providerNamed } from "../provider/named.ts";
import { withJsonOption } from "./options.ts";

/** Adds `countersign secret new <provider>`. */
export function addSecret(program: Command): void {
  const secret = program
    .command("secret")
    .description("make secrets for tests and for your own senders");
  withJsonOption(secret.command("new"))
    .description("print a new random secret, written as the provider writes its secrets")
    .argument("<provider>", "a preset, or ./file.js#export")
    .addHelpText(
      "after",
      '\nExamples:\n  export STRIPE_SECRET="$(countersign secret new stripe)"\n',
    )
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const made = newSecret(await providerNamed(name));
      outputTo(json).say(made, { secret: made });
    });
}
