import type { HeaderPairs } from "../captured.ts";

/** Headers that the tool which sends a copy writes by itself. */
const OF_THE_CONNECTION =
  /^(host|connection|keep-alive|content-length|transfer-encoding|expect|upgrade|te|accept-encoding)$/i;

/** Returns the headers that belong into a copy of a delivery, whoever sends it. */
export function portableHeaders(headers: HeaderPairs): HeaderPairs {
  return headers.filter(([name]) => !OF_THE_CONNECTION.test(name));
}

/** Returns the body as text if it is UTF-8 without control characters; else undefined. */
export function plainText(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    // oxlint-disable-next-line no-control-regex -- these don't survive being copied
    return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text)
      ? undefined
      : text;
  } catch {
    return undefined;
  }
}
