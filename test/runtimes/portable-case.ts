import { isWebhookError } from "@countersign/core";

/** Rejects or throws where what it says is not so. */
export interface PortableCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Throws unless two values are the same as JSON. */
export function same(actual: unknown, expected: unknown, what = ""): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} is ${a}, not ${b}`);
}

/** The code of the error that something ends in. */
export async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    return isWebhookError(error) ? error.code : String(error);
  }
  return "nothing was thrown";
}
