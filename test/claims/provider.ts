import { defineProvider, sign } from "@countersign/core";

/** A provider that names its events, without a timestamp: what is sent again is the same, byte for byte. */
export const provider = defineProvider({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{body}" },
  id: { body: "/id" },
  dedup: "id",
});

export const secret = "a secret of thirty-two characters";

/** A signed delivery of an event, as options of `fetch`. */
export async function delivery(id: string): Promise<RequestInit> {
  const { headers, body } = await sign({ body: { id } }, { provider, secret });
  return { method: "POST", headers, body: new Uint8Array(body) };
}
