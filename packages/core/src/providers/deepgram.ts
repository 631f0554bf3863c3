import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Deepgram callbacks.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: the API Key Identifier of the key that made the request, which is no API key.
 * - Dedup: the `request_id`.
 * - Retries: ten, 30 seconds apart.
 *
 * @see https://developers.deepgram.com/docs/callback
 */
export const deepgram: Provider = preset(
  {
    name: "deepgram",
    docs: "https://developers.deepgram.com/docs/callback",
    signature: { header: "dg-token", algorithm: "token" },
    id: { body: "/metadata/request_id", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
  },
  token,
);
