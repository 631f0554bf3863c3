import type { ByteDifference } from "../delivery/byte-difference.ts";
import type { Piece, ShownHeader } from "../delivery/pieces.ts";
import type { Verdict } from "../log/entry.ts";

/** One delivery as the list shows it. */
export interface Row {
  readonly id: string;
  readonly atMs: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly provider?: string | undefined;
  readonly status: Verdict["status"];
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly eventId?: string | undefined;
  /** A key that deliveries of one event share. */
  readonly key?: string | undefined;
  readonly bytes: number;
  /** The answer's status, or why there was none; undefined while there is none yet. */
  readonly answer?: string | undefined;
  readonly answeredOk?: boolean | undefined;
}

/** Bytes to be shown. */
export interface ShownBytes {
  readonly length: number;
  /** The first of them. */
  readonly base64: string;
  readonly truncated: boolean;
}

/** One delivery with everything that is known of it. */
export interface Detail extends Row {
  readonly url: string;
  readonly headers: readonly ShownHeader[];
  readonly body: ShownBytes;
  readonly verdict: Verdict;
  readonly signedContent?: readonly Piece[] | undefined;
  readonly difference?: ByteDifference | undefined;
  readonly answered?:
    | {
        readonly by: string;
        readonly status?: number | undefined;
        readonly failure?: string | undefined;
        readonly durationMs: number;
        readonly headers: readonly (readonly [string, string])[];
        readonly body: ShownBytes;
      }
    | undefined;
  readonly timeline: readonly { readonly atMs: number; readonly what: string }[];
}

/** An endpoint that receives deliveries. */
export interface ShownEndpoint {
  readonly path: string;
  readonly provider: string;
  readonly types: readonly string[];
}

/** The values of the compose form. */
export interface ComposeRequest {
  readonly path: string;
  readonly type?: string;
  readonly body: string;
  readonly tamper?: "body" | "signature";
  readonly ageSeconds?: number;
}

/** The answer to a delivery that the inspector has sent. */
export interface SentAnswer {
  readonly status?: number;
  readonly error?: string;
  readonly body?: string;
}
