import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Telegram Bot API, with a `secret_token` given to `setWebhook`.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Type: none in one place. An update has one member besides `update_id`, such as `message`, which says what it is.
 * - Dedup: the `update_id`.
 *
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export const telegram: Provider = preset(
  {
    name: "telegram",
    docs: "https://core.telegram.org/bots/api#setwebhook",
    signature: { header: "X-Telegram-Bot-Api-Secret-Token", algorithm: "token" },
    id: { body: "/update_id", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
  },
  token,
);
