import { headerChallenge } from "../grammar/header-challenge.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Clio Manage webhooks. (Those of Clio Platform are signed in another way.)
 *
 * `X-Hook-Signature` is HMAC-SHA256 of the body in hex.
 *
 * - Secret: Clio hands it over when the webhook is created, in `X-Hook-Secret`, which comes back in the same header. Pass `onSecretHandedOver`: anybody can
 *   send such a request, so that what it brings is confirmed before it is used.
 * - Dedup: `none`. The body is the thing as it is then, and two changes may leave it the same.
 *
 * @see https://docs.developers.clio.com/guides/clio-manage/webhooks/
 */
export const clio: Provider = preset(
  {
    name: "clio",
    docs: "https://docs.developers.clio.com/guides/clio-manage/webhooks/",
    signature: { header: "X-Hook-Signature", encoding: "hex" },
    challenge: { header: "X-Hook-Secret", answer: "header", handsOver: true },
    dedup: "none",
  },
  headerChallenge,
);
