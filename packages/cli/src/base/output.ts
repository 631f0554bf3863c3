import type { Writable } from "node:stream";

/** Writes a command's output: lines for people, or one JSON value a line. */
export interface Output {
  /** True if `--json` was given. */
  readonly json: boolean;
  /** Writes text for people, or with `--json` the record in its place. */
  say(text: string, record?: object): void;
  /** Writes to standard error, for people, in both modes. */
  note(text: string): void;
}

/** Makes the output of a command. */
export function outputTo(
  json: boolean,
  stdout: Writable = process.stdout,
  stderr: Writable = process.stderr,
): Output {
  return {
    json,
    say(text, record) {
      if (!json) stdout.write(`${text}\n`);
      else if (record !== undefined) stdout.write(`${JSON.stringify(record)}\n`);
    },
    note(text) {
      stderr.write(`${text}\n`);
    },
  };
}
