import { callGuarded } from "../base/guarded-call.ts";
import { messageOf } from "../base/errors.ts";
import { emitWarning, type Warning } from "../base/warning.ts";
import type { ReceiptRecord } from "./receipt.ts";

/** The user's callbacks that a receiver tells things. */
export interface LogTargets {
  readonly onReceipt: ((record: ReceiptRecord) => void) | undefined;
  readonly onWarning: (warning: Warning) => void;
}

/** Tells the user of deliveries and mistakes. Nothing here ever throws: a callback that fails must not fail a good delivery. */
export interface ReceiverLog {
  /** Gives a record to `onReceipt`. */
  report(record: ReceiptRecord): void;
  /** Gives a warning to `onWarning`. */
  warn(warning: Warning): void;
  /** The same, once for each code. */
  warnOnce(warning: Warning): void;
  /** Calls a callback of the user's; warns where it throws or rejects. */
  guard(callback: string, run: () => unknown): void;
}

export function createLog({ onReceipt, onWarning: warn }: LogTargets): ReceiverLog {
  const warned = new Set<string>();
  const guard = (callback: string, run: () => unknown): void =>
    callGuarded(run, (error) =>
      warn({ code: "callback_failed", message: `${callback} threw: ${messageOf(error)}` }),
    );
  return {
    report(record) {
      if (onReceipt !== undefined) guard("onReceipt", () => onReceipt(record));
    },
    warn,
    warnOnce(warning) {
      if (warned.has(warning.code)) return;
      warned.add(warning.code);
      warn(warning);
    },
    guard,
  };
}

/** Guards `onWarning` itself: where it throws or rejects, the warning goes to `process.emitWarning`. */
export function warningTo(onWarning: (warning: Warning) => unknown): (warning: Warning) => void {
  return (warning) =>
    callGuarded(
      () => onWarning(warning),
      () => emitWarning(warning),
    );
}
