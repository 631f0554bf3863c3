import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { UsageError } from "./usage-error.ts";

/**
 * Reads a file, or standard input for `-`.
 *
 * @throws UsageError if it can't be read
 */
export async function readInput(file: string): Promise<Buffer> {
  try {
    return file === "-" ? await buffer(process.stdin) : readFileSync(file);
  } catch (cause) {
    throw new UsageError(`The file ${file} can't be read.`, { cause });
  }
}
