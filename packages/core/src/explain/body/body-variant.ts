import type { Mistake } from "../finding.ts";

/** What a provider may have signed, were the body that was received changed on the way. */
export interface BodyVariant {
  readonly bytes: Uint8Array;
  /** Undefined for the body as it was received. */
  readonly mistake: Mistake | undefined;
}

/** Common to all changes of the body. */
export const KEEP_THE_BYTES: string =
  "Pass the bytes as they came over the wire: put the route before app.use(express.json()) or any other parser, " +
  "or keep them with express.json({ verify: (req, res, buf) => { req.rawBody = buf } }).";
