import type { Provider, SignedDelivery } from "@countersign/core";
import type { TokenFields } from "../definition.ts";
import { jwtProvider } from "../jwt-provider.ts";

const TIME_HEADER = "X-Tl-Webhook-Timestamp";

/**
 * TrueLayer.
 *
 * `Tl-Signature` is a detached JWS under ES512 of method, path, the headers that it names, and body.
 *
 * - Secret: `jwksKeys(truelayer)`. `jku` in the token must be TrueLayer's URL, live or sandbox, to the letter.
 * - URL: the path is signed as TrueLayer calls it. A proxy in front must not change it.
 * - Time: `X-Tl-Webhook-Timestamp`, which must be among the headers that are signed; it is the event's.
 * - Dedup: `id`, the `event_id`.
 * - Retries: for 72 hours.
 *
 * @see https://docs.truelayer.com/docs/configure-webhooks-for-your-integration
 */
export const truelayer: Provider = jwtProvider({
  name: "truelayer",
  docs: "https://docs.truelayer.com/docs/configure-webhooks-for-your-integration",
  token: { header: "Tl-Signature" },
  algorithms: ["ES512"],
  proves: { detached: requestAndBody, facts: ["timestamp"] },
  jwks: [
    "https://webhooks.truelayer.com/.well-known/jwks",
    "https://webhooks.truelayer-sandbox.com/.well-known/jwks",
  ],
  alsoSigned: { header: { tl_version: "2", tl_headers: TIME_HEADER } },
  id: { body: "/event_id" },
  type: { body: "/type" },
  timestamp: { header: TIME_HEADER, unit: "iso8601", of: "event" },
  dedup: "id",
  delivery: { retrySpanSeconds: 259_200 },
});

function requestAndBody(
  { method, url, body }: SignedDelivery,
  header: (name: string) => string | undefined,
  { tl_version: version, tl_headers: names }: TokenFields,
): Uint8Array | undefined {
  if (version !== "2" || typeof names !== "string" || url === undefined) return undefined;
  const signed = names.split(",").map((name) => name.trim());
  if (!signed.some((name) => name.toLowerCase() === TIME_HEADER.toLowerCase())) return undefined;
  const values = signed.map((name) => header(name));
  if (values.includes(undefined)) return undefined;
  const lines = signed.map((name, index) => `${name}: ${values[index]}\n`).join("");
  const start = `${(method ?? "POST").toUpperCase()} ${new URL(url).pathname}\n${lines}`;
  const bytes = new TextEncoder().encode(start);
  const content = new Uint8Array(bytes.length + body.length);
  content.set(bytes);
  content.set(body, bytes.length);
  return content;
}
