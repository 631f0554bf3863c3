/** A misconfiguration that was noticed; nothing fails for it. */
export interface Warning {
  /** A stable name. */
  readonly code: string;
  /** The mistake, its consequence, and the line or setting to change. */
  readonly message: string;
}

/** Says a warning as the runtime does: `process.emitWarning` where there is one. */
export function emitWarning({ code, message }: Warning): void {
  const { process } = globalThis as {
    process?: { emitWarning?: (message: string, options: { type: string; code: string }) => void };
  };
  if (typeof process?.emitWarning === "function") {
    process.emitWarning(message, { type: "CountersignWarning", code });
  } else {
    // oxlint-disable-next-line no-console -- a Worker has no other place for a warning
    console.warn(`CountersignWarning ${code}: ${message}`);
  }
}

const said = new Set<string>();
const MAX_SAID = 1000;

/** Emits a warning once for each message: receivers that are made for every request would repeat it. */
export function emitWarningOnce(warning: Warning): void {
  if (said.has(warning.message) || said.size >= MAX_SAID) return;
  said.add(warning.message);
  emitWarning(warning);
}
