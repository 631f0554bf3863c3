import { defineProvider, type Delivery, type Provider, sign } from "@countersign/core";
import { explain, type Explanation, type ExplainOptions } from "@countersign/core/explain";

export const SECRET = "3fd1a0c9b57e48d2-endpoint-secret";

/** Signs the body alone, in hex behind a prefix. */
export const acme: Provider = defineProvider({
  name: "acme",
  signature: { header: "X-Acme-Signature", encoding: "hex", prefix: "sha256=" },
  body: { format: "auto" },
  dedup: "content",
});

/** Signs a renewed time before the body, in parts of one header. */
export const timed: Provider = defineProvider({
  name: "timed",
  signature: {
    header: "Timed-Signature",
    encoding: "hex",
    pairs: { separator: ",", signature: "v1" },
    content: "{timestamp}.{body}",
  },
  timestamp: { part: "t", unit: "seconds", of: "attempt" },
  id: { body: "/id" },
  dedup: "id",
});

export const EVENT = {
  id: "evt_1842",
  type: "order.paid",
  amount: 1250,
  customer: { name: "Zoë Ångström", url: "https://example.com/c/77", tags: ["new", "eu"] },
};

/** A genuine delivery of the provider. */
export async function delivered(
  body: Uint8Array | string,
  options: {
    provider?: Provider<object>;
    secret?: string | Uint8Array;
    url?: string;
    now?: () => number;
  } = {},
): Promise<Omit<Delivery, "headers"> & { headers: Record<string, string>; body: Uint8Array }> {
  const { provider = acme, secret = SECRET, url, now } = options;
  const signed = await sign({ body, url, timestamp: now?.() }, { provider, secret, now });
  return { ...signed, method: "POST", url };
}

/** Explains a delivery of acme, unless the options say otherwise. */
export function explained(
  delivery: Delivery,
  options: Partial<ExplainOptions<object>> = {},
): Promise<Explanation> {
  return explain<object>(delivery, { provider: acme, secret: SECRET, ...options });
}

/** The codes of an explanation's findings. */
export function codesOf({ findings }: Explanation): string[] {
  return findings.map(({ code }) => code);
}
