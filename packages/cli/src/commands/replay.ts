import { existsSync } from "node:fs";
import type { Command } from "commander";
import { outputTo } from "../base/output.ts";
import { UsageError } from "../base/usage-error.ts";
import { type Captured, withHeaders } from "../delivery/captured.ts";
import { readDelivery } from "../delivery/read/read-delivery.ts";
import { hasFailed } from "../log/entry.ts";
import { DEFAULT_FOLDER, sqliteLog } from "../log/sqlite-log.ts";
import { resigned } from "../provider/resign.ts";
import {
  httpUrl,
  providerAndSecrets,
  type SecretOptions,
  withJsonOption,
  withSecretOptions,
} from "./options.ts";
import { post } from "./post.ts";
import { bytesOf } from "./verify.ts";

/** Which saved delivery is meant. */
interface Selection {
  readonly from: string;
  readonly last?: boolean;
  readonly failed?: boolean;
}

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

/**
 * Finds deliveries by file, by number, or by `--last` and `--failed`.
 *
 * @throws UsageError if there is none
 */
export async function selected(
  which: string | undefined,
  { from, last = false, failed = false }: Selection,
): Promise<readonly Captured[]> {
  if ([which !== undefined, last, failed].filter(Boolean).length !== 1) {
    throw new UsageError("Name one thing to replay: a file, a number, --last or --failed.");
  }
  const isNumber = which !== undefined && /^\d+$/.test(which) && !existsSync(which);
  if (which !== undefined && !isNumber) return [readDelivery(await bytesOf(which))];
  const log = await sqliteLog(from, false);
  try {
    const found =
      which === undefined ? log.all() : [log.get(which)].filter((each) => each !== undefined);
    const chosen = failed ? found.filter(hasFailed) : found.slice(-1);
    if (chosen.length > 0) return chosen;
  } finally {
    log.close();
  }
  throw new UsageError(
    failed ? `No delivery in ${from} has failed.` : `There is no such delivery in ${from}.`,
  );
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
