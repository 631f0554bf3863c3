/** A stretch of text, and what it is. */
export interface Piece {
  readonly text: string;
  /** Such as `signature`, `time`, `id`, `{body}`; undefined for what only holds the others together. */
  readonly role?: string | undefined;
}

/** A header, with its value in pieces. */
export interface ShownHeader {
  readonly name: string;
  readonly role?: string | undefined;
  readonly pieces: readonly Piece[];
}
