import { type BodyLimits, tooLarge } from "../delivery/body-limits.ts";

/** The members of Node's `IncomingMessage` that are looked at. */
export interface IncomingBody {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly httpVersionMajor: number;
  readonly readableLength: number;
  readonly readableFlowing: boolean | null;
  readonly readableEncoding: string | null;
  read(): unknown;
  resume(): unknown;
}

/**
 * For adapters on Node: takes a body that is all there, as most are. That needs neither listeners nor a timer.
 *
 * @returns undefined for any other body: one that is still on its way, that something else reads, or that is to be inflated
 * @throws `body_too_large`
 */
export function wholeBody(req: IncomingBody, limits: BodyLimits): Uint8Array | undefined {
  const { headers, readableLength } = req;
  // Node hands out no more bytes than were declared, and refuses a request that has a Transfer-Encoding besides.
  const isWhole = readableLength > 0 && readableLength === Number(headers["content-length"]);
  if (!isWhole || req.readableFlowing !== null) return undefined;
  if (req.httpVersionMajor >= 2 || req.readableEncoding !== null) return undefined;
  if (readableLength > limits.maxBodyBytes) throw tooLarge(limits);
  if (limits.inflate && headers["content-encoding"] !== undefined) return undefined;
  const bytes = req.read() as Uint8Array;
  // Otherwise the request would never end.
  req.resume();
  return bytes;
}
