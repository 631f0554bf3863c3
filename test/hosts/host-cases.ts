import { stripe } from "@countersign/core/providers";
import { type SignedRequest, signedRequest } from "@countersign/sender/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Snippet, snippetFolder, writeSnippet } from "../readme/pages.ts";

/** The secret of the pages' snippets, in their variable STRIPE_SECRET. */
export const SECRET = "whsec_keep-it-secret-keep-it-safe";
process.env["STRIPE_SECRET"] = SECRET;

/** A host that runs the snippet of its page. */
export interface Host {
  /** The webhook's URL. */
  readonly url: string;
  readonly close: () => Promise<void> | void;
}

/** More than a receiver takes unless its options say otherwise. */
const TOO_MANY_BYTES = 6 * 1024 * 1024;

/** Makes a genuine delivery, whose event nobody has handled. */
export function delivery(): Promise<SignedRequest> {
  const body = { id: `evt_${crypto.randomUUID()}`, type: "invoice.paid" };
  return signedRequest({ provider: stripe, secret: SECRET, body });
}

type Sendable = Pick<SignedRequest, "method" | "headers"> & { readonly body: Uint8Array | string };

/** A delivery as a `Request`. */
export function toRequest(url: string, { method, headers, body }: Sendable): Request {
  return new Request(url, { method, headers, body: body as BodyInit });
}

/** Sends a delivery over a socket. */
export function send(url: string, request: Sendable): Promise<Response> {
  return fetch(toRequest(url, request));
}

/** Reads status and error code of an answer. */
export async function answerOf(response: Response): Promise<[number, unknown]> {
  const text = await response.text();
  const body: unknown = text.startsWith("{") ? JSON.parse(text) : undefined;
  return [response.status, (body as { readonly code?: unknown } | undefined)?.code];
}

/** Imports a snippet as it stands on its page. */
export async function imported(
  snippet: Snippet,
  edit: (code: string) => string = (code) => code,
): Promise<Record<string, unknown>> {
  const folder = snippetFolder();
  try {
    const file = writeSnippet(folder.path, { ...snippet, code: edit(snippet.code) });
    return (await import(file)) as Record<string, unknown>;
  } finally {
    folder.remove();
  }
}

/** Holds a host to what every receiver does, over a real socket. The snippet logs the type of each event. */
export function hostCases(start: () => Promise<Host>): void {
  let host: Host;
  let logged: string[] = [];
  beforeAll(async () => {
    host = await start();
    vi.spyOn(console, "log").mockImplementation((line) => {
      logged.push(String(line));
    });
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await host.close();
  });

  test("a genuine delivery runs the handler, once", async () => {
    logged = [];
    const genuine = await delivery();
    expect((await send(host.url, genuine)).status).toBe(200);
    const again = await send(host.url, genuine);
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining("duplicate")]);
    expect(logged).toEqual(["invoice.paid"]);
  });

  test("a forged delivery is refused", async () => {
    logged = [];
    const forged = { ...(await delivery()), body: '{"id":"evt_1","type":"invoice.paid"}' };
    expect(await answerOf(await send(host.url, forged))).toEqual([401, "signature_mismatch"]);
    expect(logged).toEqual([]);
  });

  test("a body that is too large is refused, also one that comes without a length", async () => {
    const { method, headers } = await delivery();
    const body = new Blob([JSON.stringify({ id: "a".repeat(TOO_MANY_BYTES) })]);
    const tooLarge = [413, "body_too_large"];
    expect(await answerOf(await fetch(host.url, { method, headers, body }))).toEqual(tooLarge);
    const streamed = { method, headers, body: body.stream(), duplex: "half" };
    expect(await answerOf(await fetch(host.url, streamed))).toEqual(tooLarge);
    expect((await send(host.url, await delivery())).status).toBe(200);
  });
}
