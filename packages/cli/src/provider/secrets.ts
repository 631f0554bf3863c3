import { readFileSync } from "node:fs";
import type { SecretEntry } from "@countersign/core";
import { UsageError } from "../base/usage-error.ts";

/** The options from which a command takes its secrets. */
export interface SecretPlaces {
  readonly secretEnv?: readonly string[] | undefined;
  readonly secretFile?: readonly string[] | undefined;
}

/** A secret as text, with the place that it came from. */
export interface NamedSecret extends SecretEntry {
  readonly secret: string;
  readonly id: string;
}

/**
 * Reads secrets from the environment, from files, or asks for one. They are never taken from arguments, which every process of the
 * machine can read.
 *
 * @param whose the provider's name, for the prompt
 * @throws UsageError if a place is empty, or there is nobody to ask
 */
export async function secretsFrom(
  { secretEnv = [], secretFile = [] }: SecretPlaces,
  whose: string,
): Promise<readonly NamedSecret[]> {
  const given = [
    ...secretEnv.map(secretInEnvironment),
    ...secretFile.map((file) => ({ id: file, secret: secretInFile(file) })),
  ];
  return given.length > 0 ? given : [{ id: "prompt", secret: await askedFor(whose) }];
}

/** Reads one secret from the environment. */
export function secretInEnvironment(name: string): NamedSecret {
  const secret = process.env[name];
  if (secret !== undefined && secret !== "") return { id: name, secret };
  const advice = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    ? `The environment variable ${name} is ${secret === undefined ? "not set" : "empty"}. Set it in the shell, or run with node --env-file.`
    : // It may be the secret itself, so it is not repeated.
      "What was given as the name of an environment variable is none. Give the variable's name, never the secret.";
  throw new UsageError(advice);
}

function secretInFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`The secret's file ${file} can't be read.`, { cause });
  }
  // Editors and echo end a file with a line break.
  const secret = text.replace(/\r?\n$/, "");
  if (secret === "") throw new UsageError(`The secret's file ${file} is empty.`);
  return secret;
}

async function askedFor(whose: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(
      `The secret of ${whose} is missing. Give --secret-env NAME or --secret-file PATH, or run in a terminal to be asked.`,
    );
  }
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({
    message: `Secret of ${whose}`,
    output: process.stderr,
    validate: (text) => (text ? undefined : "It can't be empty."),
  });
  if (isCancel(answer)) throw new UsageError("No secret was given.");
  return answer;
}
