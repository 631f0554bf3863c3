import type { FindingCode, Mistake } from "../finding.ts";

/** A body that a provider may have signed, were the one that was received changed on the way. */
export interface BodyVariant {
  /** Text is written as UTF-8 once it is tried. */
  readonly content: Uint8Array | string;
  readonly code: FindingCode;
  readonly evidence: string;
  /** {@link KEEP_THE_BYTES} where it is left out. */
  readonly remedy?: string;
}

/** A body that is ready to be hashed. */
export interface TriedBody {
  readonly bytes: Uint8Array;
  /** The way in which it came about; undefined for the body as it was received. */
  readonly variant: BodyVariant | undefined;
}

/** Common to all changes of the body. */
export const KEEP_THE_BYTES: string =
  "Pass the bytes as they came over the wire: put the route before app.use(express.json()) or any other parser, " +
  "or keep them with express.json({ verify: (req, res, buf) => { req.rawBody = buf } }).";

/** Makes a variant that is the body but for one thing. */
export function but(code: FindingCode, content: BodyVariant["content"], what: string): BodyVariant {
  return { code, content, evidence: `The signature fits the body ${what}.` };
}

/** Says what happened to a body whose signature fits a variant of it. */
export function bodyMistake(
  { code, evidence, remedy = KEEP_THE_BYTES }: BodyVariant,
  signed: Uint8Array,
  received: Uint8Array,
): Mistake {
  let same = 0;
  while (same < signed.length && signed[same] === received[same]) same++;
  const sizes = `${signed.length} bytes were signed and ${received.length} passed; they differ from byte ${same} on.`;
  return { code, evidence: `${evidence} ${sizes}`, remedy };
}
