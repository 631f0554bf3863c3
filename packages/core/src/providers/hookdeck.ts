import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Hookdeck Event Gateway, to its destinations.
 *
 * `x-hookdeck-signature` is base64 over the body as sent; while the secret is rolled `x-hookdeck-signature-2` carries the other key's. Either is enough.
 *
 * - Secret: the project's signing secret from Settings, Secrets. It says that Hookdeck sent the delivery; whether the provider behind it did is
 *   in `x-hookdeck-verified`, which is not signed.
 * - `event.id` (`x-hookdeck-eventid`) is the same on each attempt, but a header that the signature does not cover.
 * - Time: none is signed, and nothing guards against replay.
 * - Dedup: `none`. The body is whatever the provider behind Hookdeck sent. Where it has an id of its own, say so:
 *   `defineProvider({ ...hookdeck, id: { body: "/id" }, dedup: "id" })`.
 * - The header prefix can be changed in Hookdeck; then `signature.header` must be, too.
 * - Retries and deadline are settings of the connection and the destination.
 *
 * @see https://hookdeck.com/docs/authentication
 */
export const hookdeck: Provider = preset({
  name: "hookdeck",
  docs: "https://hookdeck.com/docs/authentication",
  signature: {
    header: ["x-hookdeck-signature", "x-hookdeck-signature-2"],
    encoding: "base64",
  },
  id: { header: "x-hookdeck-eventid", unsigned: true },
  dedup: "none",
});
