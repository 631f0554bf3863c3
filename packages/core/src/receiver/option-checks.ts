import { shown } from "../base/shown.ts";
import type { ClaimStore } from "../claims/claim-store.ts";
import type { ReceiverOptions } from "./options.ts";
import { checkSchema } from "./standard-schema.ts";

/** Makes the error of an option that can't work; its message names the provider. */
export type Fail = (message: string) => Error;

const CALLBACKS = [
  "now",
  "onSecretHandedOver",
  "onReceipt",
  "observe",
  "onRejected",
  "onWarning",
] as const;

/**
 * Checks the options that are not numbers.
 *
 * @param options a receiver's, without its types
 * @throws what `fail` makes
 */
export function checkOptions(options: ReceiverOptions<never, unknown>, fail: Fail): void {
  const { endpoint, onStoreError, whileInFlight, publicUrl, verifyToken, schema, store, inbox } =
    options;
  if (endpoint !== undefined && !/^[!-~]{1,128}$/.test(endpoint)) {
    throw fail("endpoint must be 1 to 128 printable ASCII characters without spaces.");
  }
  if (onStoreError !== undefined && onStoreError !== "reject" && onStoreError !== "accept") {
    throw fail(`onStoreError is ${shown(onStoreError)}; it must be "reject" or "accept".`);
  }
  if (whileInFlight !== undefined && whileInFlight !== "wait" && whileInFlight !== "reject") {
    throw fail(`whileInFlight is ${shown(whileInFlight)}; it must be "wait" or "reject".`);
  }
  for (const name of CALLBACKS) {
    const callback: unknown = options[name];
    if (callback !== undefined && typeof callback !== "function") {
      throw fail(`${name} is ${shown(callback)}; it must be a function, or be left out.`);
    }
  }
  checkPublicUrl(publicUrl, fail);
  checkVerifyToken(verifyToken, fail);
  if (schema !== undefined) checkSchema(schema, fail);
  if (inbox !== undefined && typeof inbox?.store !== "function") {
    throw fail("inbox has no method store. Pass what createInbox() of @countersign/inbox returns.");
  }
  if (store !== undefined && store !== false && !isStore(store)) {
    throw fail(
      "store does not have the methods claim, extend, complete and release. Pass memoryStore(), sqliteStore({ database }), redisStore({ client }) or postgresStore({ client }), not the client itself.",
    );
  }
}

/**
 * Reads an option that must be a number above 0.
 *
 * @param max the largest value that a timer can wait for
 * @throws what `fail` makes
 */
export function positive(
  name: string,
  value: unknown,
  fail: Fail,
  max: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    throw fail(`${name} is ${shown(value)}; it must be a number above 0.`);
  }
  if (value > max) {
    throw fail(`${name} is ${value}; timers go no further than ${max} (24 days).`);
  }
  return value;
}

function checkPublicUrl(publicUrl: unknown, fail: Fail): void {
  if (publicUrl === undefined || typeof publicUrl === "function") return;
  try {
    if (/^https?:$/.test(new URL(publicUrl as string).protocol)) return;
  } catch {
    // Not absolute.
  }
  throw fail(
    `publicUrl is ${shown(publicUrl)}; it must be an origin ("https://example.com"), a whole URL with it, or a function of the delivery.`,
  );
}

/** Checks at construction; otherwise a mistake would surface only when the endpoint is registered. */
function checkVerifyToken(token: unknown, fail: Fail): void {
  if (token === undefined) return;
  if (typeof token !== "string") {
    // Never itself: it is a secret, also where it was given as a number.
    const kind = typeof token === "number" ? "a number" : shown(token);
    throw fail(
      `verifyToken is ${kind}; it must be the text that was typed in at the provider, or be left out.`,
    );
  }
  if (token === "") {
    throw fail(
      "verifyToken is empty, and anybody can show an empty one. Is the environment variable that it comes from set?",
    );
  }
  if (token.trim() !== token) {
    throw fail(
      "verifyToken has white space at an end, often a newline of a file. Trim it where it is read.",
    );
  }
}

function isStore(value: Partial<ClaimStore> | null): boolean {
  return (["claim", "extend", "complete", "release"] as const).every(
    (method) => typeof value?.[method] === "function",
  );
}
