import type { SentAnswer } from "../inspector/wire.ts";
import { fetchCopy, replay } from "./server.ts";

/** Copies a delivery to the clipboard; says what happened. */
export async function copy(id: string, form: "curl" | "fetch" | "test"): Promise<string> {
  try {
    await navigator.clipboard.writeText(await fetchCopy(id, form));
    return `Copied as ${form}.`;
  } catch {
    return "The browser did not allow the page to copy.";
  }
}

/** Sends a delivery again; says what happened. */
export async function again(id: string, resign: boolean): Promise<string> {
  return said(await replay(id, resign));
}

function said({ status, error }: SentAnswer): string {
  return error === undefined ? `Replayed: ${status}.` : `Replay failed: ${error}`;
}
