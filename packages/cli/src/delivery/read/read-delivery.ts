import { UsageError } from "../../base/usage-error.ts";
import { type Captured, fromRecorded, isRecorded } from "../captured.ts";
import { readCurl } from "./curl.ts";
import { isHar, readHar } from "./har.ts";
import { isRawHttp, readRawHttp } from "./raw-http.ts";

/**
 * Reads a delivery in whichever form it was saved: JSON of `countersign`, a HAR file or entry, a curl command, a raw HTTP request.
 *
 * @param bytes what the file or standard input holds
 * @param harEntry which entry of a HAR file, counted from 0; default: the last with a body
 * @returns the delivery; `receivedAtMs` is NaN where the form carries no time
 * @throws UsageError if it is none of these
 */
export function readDelivery(bytes: Uint8Array, harEntry?: number): Captured {
  const text = Buffer.from(bytes).toString("latin1");
  if (isRawHttp(text)) return dated(readRawHttp(text));
  if (/^\s*(\$ )?(curl|printf)\s/.test(text)) return dated(readCurl(text));
  const json = parsed(bytes);
  if (isRecorded(json)) return fromRecorded(json);
  if (isHar(json)) return readHar(json, harEntry);
  throw new UsageError(
    "This is no delivery that can be read. Give JSON saved by countersign, a HAR file, a curl command, or a raw HTTP request that begins with a line such as `POST /path HTTP/1.1`; or use --headers and --body.",
  );
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

/** Takes the time from the Date header, where there is one. */
function dated(delivery: Captured): Captured {
  const [, date = ""] = delivery.headers.find(([name]) => /^date$/i.test(name)) ?? [];
  return { ...delivery, receivedAtMs: Date.parse(date) };
}
