import { signedRequest } from "@countersign/sender/testing";
import { isWebhookError } from "@countersign/core";
import { UsageError } from "../base/usage-error.ts";
import { type Captured, withHeaders } from "../delivery/captured.ts";
import { asCurl } from "../delivery/write/as-curl.ts";
import { asFetch } from "../delivery/write/as-fetch.ts";
import { asTest } from "../delivery/write/as-test.ts";
import { exchange, failureText, sendableHeaders } from "../http/exchange.ts";
import { type Endpoint, endpointAt } from "../listen/endpoint.ts";
import type { Entry } from "../log/entry.ts";
import { exportNameOf } from "../provider/named.ts";
import { isSentAsForm, sampleBody } from "../provider/sample-body.ts";
import { resigned } from "../provider/resign.ts";
import type { ComposeRequest, SentAnswer } from "./wire.ts";

/** The URL to which the inspector sends deliveries: the listener itself, so that they appear like all others. */
export interface Target {
  readonly endpoints: readonly Endpoint[];
  /** The listener's own address. */
  readonly origin: () => string;
}

/** Sends a delivery again: the same bytes, or signed with the time of now. */
export async function replay(entry: Entry, resign: boolean, target: Target): Promise<SentAnswer> {
  const { pathname, search } = new URL(entry.url);
  const url = target.origin() + pathname + search;
  const endpoint = endpointAt(target.endpoints, pathname);
  try {
    if (!resign || endpoint === undefined) return await post({ ...entry, url });
    // Signed for the URL that the provider calls, which may be another one.
    const signed = await resigned({ ...entry, url: endpoint.publicUrl ?? entry.url }, endpoint);
    return await post({ ...signed, url: target.origin() + pathname + new URL(signed.url).search });
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** Makes a body for the form, with an id and a time of its own. */
export async function sample(
  { path, type }: { readonly path: string; readonly type: string | undefined },
  { endpoints }: Target,
): Promise<{ readonly body: string }> {
  const endpoint = endpointAt(endpoints, path);
  if (endpoint === undefined) return { body: "{}" };
  const { provider, secret } = endpoint;
  const { body } = await signedRequest({
    provider,
    secret,
    body: sampleBody(provider, type),
    ...(type !== undefined && { type }),
  });
  const text = Buffer.from(body).toString("utf8");
  try {
    return { body: JSON.stringify(JSON.parse(text), null, 2) };
  } catch {
    return { body: text };
  }
}

/** Signs what the form says as the provider would, spoils it where that was asked for, and sends it. */
export async function compose(asked: ComposeRequest, target: Target): Promise<SentAnswer> {
  const { path, type, body, tamper, ageSeconds } = asked;
  const endpoint = endpointAt(target.endpoints, path.split("?")[0] ?? path);
  if (endpoint === undefined) return { error: `Nobody is known to deliver to ${path}.` };
  try {
    const { href: url, pathname } = new URL(path, target.origin());
    const request = await signedRequest({
      provider: endpoint.provider,
      secret: endpoint.secret,
      url: endpoint.publicUrl ?? url,
      body,
      form: isSentAsForm(endpoint.provider, type),
      ...(type !== undefined && type !== "" && { type }),
      ...(tamper !== undefined && { tamper }),
      ...(ageSeconds !== undefined && { ageSeconds }),
    });
    const headers = Object.entries(request.headers);
    // The signature may stand in the query.
    const to = new URL(pathname + new URL(request.url).search, url).href;
    return await post({ ...request, receivedAtMs: Date.now(), url: to, headers });
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** Writes a delivery as something to paste. */
export function copyAs(form: string, entry: Entry): string | undefined {
  if (form === "curl") return asCurl(entry);
  if (form === "fetch") return asFetch(entry);
  if (form !== "test") return undefined;
  const { status } = entry.verdict;
  return asTest(entry, exportNameOf(entry.provider), status !== "refused");
}

async function post(delivery: Captured): Promise<SentAnswer> {
  const { url, body } = delivery;
  const own = withHeaders(delivery.headers, { Host: new URL(url).host }).filter(
    ([name]) => !/^(content-length|transfer-encoding|connection|expect)$/i.test(name),
  );
  try {
    const answer = await exchange({ ...delivery, headers: sendableHeaders(url, own, body) });
    return { status: answer.status, body: answer.body.toString("utf8").slice(0, 20_000) };
  } catch (error) {
    return { error: failureText(error) };
  }
}

function messageOf(error: unknown): string {
  if (isWebhookError(error) || error instanceof UsageError) return error.message;
  return "The delivery can't be signed.";
}
