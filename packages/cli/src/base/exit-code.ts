/** The exit codes of every command. */
export const EXIT = {
  /** Everything verified, or was taken by the receiver. */
  ok: 0,
  /** Something was refused. */
  refused: 1,
  /** The command can't be run as it was called. */
  usage: 2,
} as const;
