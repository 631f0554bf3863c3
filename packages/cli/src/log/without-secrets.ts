import type { Answered } from "./entry.ts";
import type { Captured, HeaderPairs } from "../delivery/captured.ts";

/** Stands in place of a secret that a delivery carried, as schemes with a shared token or Basic auth do. */
const MASK = "[secret]";

/** Returns the delivery without any configured secret in its headers and URL, to be shown or kept. */
export function withoutSecrets<Delivery extends Captured>(
  delivery: Delivery,
  secrets: readonly string[],
): Delivery {
  if (secrets.length === 0) return delivery;
  return {
    ...delivery,
    url: maskedText(delivery.url, secrets),
    headers: maskedHeaders(delivery.headers, secrets),
  };
}

/** Returns an answer without any configured secret in it, which a careless application may have printed. */
export function maskedAnswer(answered: Answered, secrets: readonly string[]): Answered {
  const { headers, body } = answered;
  const text = body === undefined ? "" : Buffer.from(body).toString("latin1");
  const masked = maskedText(text, secrets);
  return {
    ...answered,
    ...(headers !== undefined && { headers: maskedHeaders(headers, secrets) }),
    ...(masked !== text && { body: Buffer.from(masked, "latin1") }),
  };
}

function maskedHeaders(headers: HeaderPairs, secrets: readonly string[]): HeaderPairs {
  return headers.map(([name, value]) => {
    const [, credentials] = /^basic +(\S+)$/i.exec(value) ?? [];
    if (credentials !== undefined) {
      const plain = Buffer.from(credentials, "base64").toString("utf8");
      if (secrets.some((secret) => plain.includes(secret))) return [name, `Basic ${MASK}`];
    }
    return [name, maskedText(value, secrets)];
  });
}

/** Replaces every secret in a text, also as a URL would write it. */
function maskedText(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) {
    for (const written of new Set([secret, encodeURIComponent(secret)])) {
      if (written !== "") masked = masked.replaceAll(written, MASK);
    }
  }
  return masked;
}
