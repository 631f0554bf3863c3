import { type Command, Option } from "commander";
import type { Provider } from "@countersign/core";
import { providerNamed } from "../provider/named.ts";
import { type NamedSecret, secretsFrom } from "../provider/secrets.ts";
import { UsageError } from "../base/usage-error.ts";

/** Options that say where secrets are. */
export interface SecretOptions {
  readonly secretEnv?: readonly string[];
  readonly secretFile?: readonly string[];
}

/** Adds the options for secrets, and one that refuses a secret as an argument. */
export function withSecretOptions(command: Command): Command {
  return command
    .option(
      "--secret-env <name>",
      "environment variable with the secret; repeat while two are in use",
      collect,
    )
    .option("--secret-file <path>", "file with the secret", collect)
    .addOption(new Option("--secret <value>").hideHelp().argParser(refuseSecret));
}

/** Adds `--json`. */
export function withJsonOption(command: Command): Command {
  return command.option("--json", "print one JSON value a line");
}

/** Collects the values of a repeated option. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** Reads a whole number from 1 on. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new UsageError(`"${text}" is not a whole number from 1 on.`);
  }
  return number;
}

/** Splits `name=value`. */
export function pairOf(text: string, what: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`${what} takes name=value, not "${text.slice(0, 40)}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Reads an http: or https: URL. */
export function httpUrl(text: string): string {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return url.href;
  } catch {
    // Reported below.
  }
  throw new UsageError(`"${text}" is not an http: or https: URL.`);
}

/** Finds a provider, and its secrets. */
export async function providerAndSecrets(
  name: string | undefined,
  options: SecretOptions,
): Promise<{ readonly provider: Provider<object>; readonly secret: readonly NamedSecret[] }> {
  if (name === undefined) {
    throw new UsageError(
      "The provider is missing. Give --provider NAME; `countersign providers` lists them.",
    );
  }
  const provider = await providerNamed(name);
  return { provider, secret: await secretsFrom(options, provider.name) };
}

/** Refuses without repeating what was given. */
function refuseSecret(): never {
  throw new UsageError(
    "A secret is never taken as an argument: every process of this machine can read it, and the shell keeps it. Put it into an environment variable and give --secret-env NAME.",
  );
}
