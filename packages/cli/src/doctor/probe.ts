import type { Provider, SecretEntry } from "@countersign/core";
import { signedRequest } from "@countersign/sender/testing";
import { exchange, failureText, type RawAnswer, sendableHeaders } from "../http/exchange.ts";
import { sampleBody, sampleType } from "../provider/sample-body.ts";
import { signatureHeaders } from "../provider/signature-headers.ts";

/** Whose deliveries are sent where. */
export interface ProbeTarget {
  readonly provider: Provider<object>;
  readonly secret: readonly SecretEntry[];
  readonly url: string;
  readonly type: string | undefined;
}

/** How one delivery differs from a genuine one. */
export interface ProbeChange {
  readonly tamper?: "body";
  readonly unsigned?: true;
  readonly ageSeconds?: number;
  /** Written as `JSON.stringify` writes it. */
  readonly compact?: true;
  /** Signed for this URL, and sent to the same. */
  readonly signedUrl?: string;
}

/** The answer to a probe. */
export type ProbeResult =
  | (RawAnswer & { readonly failure?: undefined })
  | { readonly failure: string };

/** Sends one delivery of a new event, and returns the answer. */
export async function probe(
  { provider, secret, url, type: asked }: ProbeTarget,
  { tamper, unsigned, ageSeconds, compact, signedUrl = url }: ProbeChange = {},
): Promise<ProbeResult> {
  const type = sampleType(provider, asked);
  const given = { provider, secret, url: signedUrl, ...(type !== undefined && { type }) };
  const plain = await signedRequest({ ...given, body: sampleBody(provider, type) });
  const request = await signedRequest({
    ...given,
    body: compact ? plain.body : unusual(plain.body),
    ...(tamper !== undefined && { tamper }),
    ...(ageSeconds !== undefined && { ageSeconds }),
  });
  const signatures = new Set(signatureHeaders(provider).map((name) => name.toLowerCase()));
  const headers = Object.entries({ "User-Agent": "countersign-doctor", ...request.headers }).filter(
    ([name]) => !unsigned || !signatures.has(name.toLowerCase()),
  );
  const { method, body } = request;
  // The signature may stand in the query.
  const to = signedUrl === url ? request.url : url;
  try {
    return await exchange({ url: to, method, headers: sendableHeaders(to, headers, body), body });
  } catch (error) {
    return { failure: failureText(error) };
  }
}

/** Writes JSON as nothing that parses it and writes it again would: what verifies has kept the bytes. */
function unusual(body: Uint8Array): Uint8Array {
  const text = Buffer.from(body).toString("utf8");
  try {
    const indented = JSON.stringify(JSON.parse(text), null, 3);
    const more = `"countersign_doctor" : [1.10, "\\u00e4\\/"]`;
    return Buffer.from(
      indented === "{}" ? `{ ${more} }\n` : indented.replace(/\n\}$/, () => `,\n ${more} }\n`),
    );
  } catch {
    return body;
  }
}
