import type { Command } from "commander";
import { outputTo } from "../base/output.ts";
import { type Captured, withHeaders } from "../delivery/captured.ts";
import { DEFAULT_FOLDER } from "../log/sqlite-log.ts";
import { resigned } from "../provider/resign.ts";
import {
  httpUrl,
  providerAndSecrets,
  type SecretOptions,
  withJsonOption,
  withSecretOptions,
} from "./options.ts";
import { post } from "./post.ts";
import { selected, type Selection } from "./saved-deliveries.ts";

interface ReplayOptions extends SecretOptions, Selection {
  readonly to: string;
  readonly provider?: string;
  readonly resign?: boolean;
  readonly newId?: boolean;
  readonly showResponse?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  countersign replay 17 --to http://localhost:3000/github
  countersign replay --failed --to http://localhost:3000/stripe --resign --secret-env STRIPE_SECRET
  countersign replay push.http --to http://localhost:3000/github
`;

/** Adds `countersign replay <file|id>`. */
export function addReplay(program: Command): void {
  const command = program
    .command("replay")
    .description("send a saved delivery again: the same bytes, or signed anew")
    .argument("[file|id]", "a file as verify reads it, or the number of a saved delivery")
    .requiredOption("--to <url>", "where to")
    .option("--from <folder>", "where listen --save keeps deliveries", DEFAULT_FOLDER)
    .option("--last", "the last delivery that was saved")
    .option("--failed", "every saved delivery that was not answered with 2xx")
    .option(
      "--resign",
      "sign with the time of now, so that an old delivery is not refused for its age",
    )
    .option("--new-id", "make it a new event, so that it is not taken for a duplicate; signs anew")
    .option("--provider <name>", "who signs; default: what was saved")
    .option("--show-response", "print the answer's body");
  withJsonOption(withSecretOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (which: string | undefined, options: ReplayOptions) => {
      const url = httpUrl(options.to);
      const deliveries = await selected(which, options);
      for (const delivery of deliveries) await replay(delivery, url, options);
    });
}

async function replay(delivery: Captured, url: string, options: ReplayOptions): Promise<void> {
  const output = outputTo(options.json ?? false);
  const there = {
    ...delivery,
    url,
    headers: withHeaders(delivery.headers, { Host: new URL(url).host }),
  };
  const sent = options.resign || options.newId ? await signedAnew(there, options) : there;
  await post(output, sent, `${sent.method} ${url}`, options.showResponse ?? false);
}

async function signedAnew(delivery: Captured, options: ReplayOptions): Promise<Captured> {
  const name = options.provider ?? delivery.provider;
  const { provider, secret } = await providerAndSecrets(name, options);
  return resigned(delivery, { provider, secret, newId: options.newId });
}
