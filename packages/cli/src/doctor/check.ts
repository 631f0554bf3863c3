/** The result of one check. */
export interface Check {
  readonly ok: boolean;
  /** The stable name of what was found. */
  readonly code: string;
  readonly text: string;
}

/** Makes the check of something that is right. */
export function good(code: string, text: string): Check {
  return { ok: true, code, text };
}

/** Makes the check of something that is wrong. */
export function bad(code: string, text: string): Check {
  return { ok: false, code, text };
}
