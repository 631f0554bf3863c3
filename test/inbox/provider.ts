import { defineProvider, sign, type WebhookEvent } from "@countersign/core";

/** What the events of the tests carry. */
export interface TestEvents {
  readonly "thing.happened": { readonly id: string; readonly account?: string };
}

export type TestEvent = WebhookEvent<"thing.happened", TestEvents["thing.happened"]>;

/** A provider that names its events, without a timestamp: what is sent again is the same, byte for byte. */
export const provider = defineProvider<TestEvents>({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{body}" },
  id: { body: "/id" },
  dedup: "id",
});

export const secret = "a secret of thirty-two characters";

/** A signed delivery of an event. */
export async function delivery(id: string, more: object = {}): Promise<RequestInit> {
  const { headers, body } = await sign({ body: { id, ...more } }, { provider, secret });
  return { method: "POST", headers, body: new Uint8Array(body) };
}

/** The same as a request. */
export async function request(id: string, more: object = {}): Promise<Request> {
  return new Request("https://localhost/", await delivery(id, more));
}
