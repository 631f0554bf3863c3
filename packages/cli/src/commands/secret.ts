import type { Command } from "commander";
import { newSecret } from "@countersign/sender";
import { outputTo } from "../base/output.ts";
import { UsageError } from "../base/usage-error.ts";
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
      const provider = await providerNamed(name);
      if (signsWithPrivateKey(provider.signature.algorithm)) {
        throw new UsageError(
          `${provider.name} signs with a private key of its own, so there is no secret to make. Copy its public key from ${provider.docs ?? "the provider"}.`,
        );
      }
      const made = newSecret(provider);
      outputTo(json).say(made, { secret: made });
    });
}

/** Tells algorithms with a key pair from HMACs and tokens, whose secret both sides know. */
function signsWithPrivateKey(algorithm = "sha256"): boolean {
  return /^(ed25519|ecdsa|rsa)/.test(algorithm);
}
