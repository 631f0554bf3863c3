import { probeChallenge } from "../grammar/probe-challenge.ts";
import { bodyFormat } from "../grammar/body-format.ts";
import { signaturePlace } from "../grammar/signature-place.ts";
import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Mailchimp audiences. For Mailchimp Transactional there is {@link mandrill}.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Mailchimp has no secret of its own: register a URL with one in its query, `…?secret=<random>`, and give the same text as `secret`. URLs end up in logs.
 * - Handshake: a GET when the URL is saved, which is answered with 200.
 * - Dedup: `content`.
 *
 * @see https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/
 */
export const mailchimp: Provider = preset(
  {
    name: "mailchimp",
    docs: "https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/",
    signature: { query: "secret", algorithm: "token" },
    type: { body: "/type", unsigned: true },
    body: { format: "form", unsigned: true },
    challenge: { probe: "GET" },
    dedup: "content",
  },
  probeChallenge,
  bodyFormat,
  signaturePlace,
  token,
);
