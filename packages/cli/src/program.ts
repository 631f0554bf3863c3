import { isWebhookError } from "@countersign/core";
import { Command, CommanderError } from "commander";
import { EXIT } from "./base/exit-code.ts";
import { colours, paragraph } from "./base/terminal.ts";
import { UsageError } from "./base/usage-error.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addFixture } from "./commands/fixture.ts";
import { addListen } from "./commands/listen.ts";
import { addProviders } from "./commands/providers.ts";
import { addReplay } from "./commands/replay.ts";
import { addSecret } from "./commands/secret.ts";
import { addSend } from "./commands/send.ts";
import { addVerify } from "./commands/verify.ts";

const ABOUT = `
Exit codes: 0 verified or taken, 1 refused, 2 usage.
Secrets come from --secret-env NAME, --secret-file PATH or a prompt, never from an argument.
`;

/**
 * Runs the command line.
 *
 * @param args what stands behind `countersign`
 * @param version of this package
 */
export async function run(args: readonly string[], version: string): Promise<void> {
  const program = new Command("countersign")
    .description(
      "Webhooks at the terminal: receive, verify, explain, send and replay them. Offline, without an account.",
    )
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", ABOUT);
  for (const add of [
    addListen,
    addSend,
    addVerify,
    addReplay,
    addFixture,
    addDoctor,
    addProviders,
    addSecret,
  ])
    add(program);
  inheritSettings(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Commands made by `command()` get these settings only if they are made after them. */
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritSettings(child);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const isUsage =
    error instanceof UsageError || (isWebhookError(error) && error.code === "config_invalid");
  if (!isUsage) throw error;
  process.stderr.write(`${colours.red("error:")} ${paragraph(error.message).trimStart()}\n`);
  return EXIT.usage;
}
