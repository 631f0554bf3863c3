import { existsSync } from "node:fs";
import { readInput } from "../base/read-input.ts";
import { UsageError } from "../base/usage-error.ts";
import type { Captured } from "../delivery/captured.ts";
import { readDelivery } from "../delivery/read/read-delivery.ts";
import { hasFailed } from "../log/entry.ts";
import { sqliteLog } from "../log/sqlite-log.ts";

/** Which saved delivery is meant. */
export interface Selection {
  readonly from: string;
  readonly last?: boolean;
  readonly failed?: boolean;
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
  if (which !== undefined && !isNumber) return [readDelivery(await readInput(which))];
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
