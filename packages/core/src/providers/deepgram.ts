import { basic } from "../grammar/basic.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Deepgram callbacks, with Basic credentials in the URL of the callback.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: `user:password`, as in `https://user:password@example.com/deepgram`. (Deepgram no longer supports telling a callback by its header `dg-token`.)
 * - Dedup: the `request_id`.
 * - Retries: ten, 30 seconds apart.
 *
 * @see https://developers.deepgram.com/docs/callback
 * @see https://developers.deepgram.com/changelog/2026/10/27
 */
export const deepgram: Provider = preset(
  {
    name: "deepgram",
    docs: "https://developers.deepgram.com/docs/callback",
    signature: { header: "Authorization", algorithm: "basic" },
    id: { body: "/metadata/request_id", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
  },
  basic,
);
