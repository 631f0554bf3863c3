import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Auth0 log streams to a custom webhook, as a JSON array.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: the stream's authorization token, whole, with `Bearer ` where it has that. Auth0 makes it optional: set one.
 * - Bodies: set the stream's content format to JSON Array. Its lines of JSON are refused.
 * - Type: none in one place; go through `event.body`.
 * - Dedup: the `log_id` of all entries together.
 *
 * @see https://auth0.com/docs/customize/log-streams/custom-log-streams
 */
export const auth0: Provider = preset(
  {
    name: "auth0",
    docs: "https://auth0.com/docs/customize/log-streams/custom-log-streams",
    signature: { header: "Authorization", algorithm: "token" },
    id: { body: "/*/log_id", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
  },
  token,
);
