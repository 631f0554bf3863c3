import { bodyFormat } from "../grammar/body-format.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Vercel log drains.
 *
 * `x-vercel-signature` is HMAC-SHA1 of the body in hex.
 *
 * - Secret: the drain's own.
 * - Bodies: a list of entries as JSON, or a line of JSON for each (NDJSON). `event.body` is the text: parse it as the drain is set.
 * - Dedup: `none`. Nothing tells a batch from another.
 * - Handshake: Vercel wants `x-vercel-verify` in the answer of the endpoint, which your own route has to add.
 *
 * @see https://vercel.com/docs/drains/security
 */
export const vercelLogDrains: Provider = preset(
  {
    name: "vercel-log-drains",
    docs: "https://vercel.com/docs/drains/security",
    signature: { header: "x-vercel-signature", algorithm: "sha1", encoding: "hex" },
    body: { format: "text" },
    dedup: "none",
  },
  bodyFormat,
  otherHmac,
);
