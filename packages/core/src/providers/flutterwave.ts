import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Flutterwave, version 3 of its API.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: the secret hash in the dashboard's settings.
 * - Ask Flutterwave's API for the transaction before you believe an amount, as it documents.
 * - For version 4 of its API there is {@link flutterwaveV4}.
 * - Dedup: `content`.
 *
 * @see https://developer.flutterwave.com/v3.0/docs/webhooks
 */
export const flutterwave: Provider = preset(
  {
    name: "flutterwave",
    docs: "https://developer.flutterwave.com/v3.0/docs/webhooks",
    signature: { header: "verif-hash", algorithm: "token" },
    type: { body: "/event", unsigned: true },
    body: { unsigned: true },
    dedup: "content",
  },
  token,
);
