import type { Entry } from "../log/entry.ts";
import { isSuccess } from "../log/entry.ts";
import { byteDifference } from "../delivery/byte-difference.ts";
import type { Endpoint } from "../listen/endpoint.ts";
import { headerPieces } from "../provider/delivery-pieces.ts";
import { signedContent } from "../provider/signed-content.ts";
import type { Detail, Row, ShownBytes } from "./wire.ts";

/** How much of a body the page gets. */
const MAX_SHOWN_BYTES = 512 * 1024;

/** How much of the signed content the page gets. */
const MAX_SHOWN_CONTENT = 16 * 1024;

/** Makes the row of a delivery for the list. */
export function rowOf(entry: Entry): Row {
  const { id, receivedAtMs, method, url, provider, verdict, body, answered } = entry;
  const { pathname, search } = new URL(url);
  return {
    id,
    atMs: receivedAtMs,
    method,
    path: pathname + search,
    provider,
    status: verdict.status,
    code: verdict.code,
    type: verdict.event?.type,
    eventId: verdict.event?.id,
    key: verdict.event?.key,
    bytes: body.length,
    ...(answered !== undefined && {
      answer: answered.failure ?? String(answered.status),
      answeredOk: isSuccess(answered.status),
    }),
  };
}

/**
 * Makes everything that the page shows of a delivery.
 *
 * @param endpoint where it arrived
 */
export async function detailOf(entry: Entry, endpoint: Endpoint | undefined): Promise<Detail> {
  const { verdict, answered, timeline, url, body } = entry;
  const provider = endpoint?.provider;
  const explainsBody = verdict.findings?.some(({ code }) => code.startsWith("body_")) ?? false;
  return {
    ...rowOf(entry),
    url,
    headers: headerPieces(entry, provider),
    body: shownBytes(body),
    verdict,
    signedContent:
      provider &&
      signedContent(entry, provider, endpoint?.publicUrl)?.map(({ text, role }) => ({
        text: text.slice(0, MAX_SHOWN_CONTENT),
        role,
      })),
    difference: explainsBody && endpoint ? await byteDifference(entry, endpoint) : undefined,
    answered: answered && {
      by: answered.by,
      status: answered.status,
      failure: answered.failure,
      durationMs: answered.durationMs,
      headers: answered.headers ?? [],
      body: shownBytes(answered.body ?? new Uint8Array()),
    },
    timeline,
  };
}

function shownBytes(bytes: Uint8Array): ShownBytes {
  const shown = bytes.subarray(0, MAX_SHOWN_BYTES);
  return {
    length: bytes.length,
    base64: Buffer.from(shown).toString("base64"),
    truncated: shown.length < bytes.length,
  };
}
