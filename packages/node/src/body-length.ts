/** The `Content-Length` in headers as Node takes them: an object, pairs, or a flat list. */
export function lengthIn(headers: unknown): number | undefined {
  if (typeof headers !== "object" || headers === null) return undefined;
  const pairs: unknown[] = Array.isArray(headers) ? headers : Object.entries(headers);
  const flat = pairs.flat();
  const index = flat.findIndex(
    (item, i) => i % 2 === 0 && String(item).toLowerCase() === "content-length",
  );
  const length = Number(flat[index + 1]);
  return index < 0 || Number.isNaN(length) ? undefined : length;
}

/** How many bytes a chunk has on the wire. */
export function byteLength(chunk: unknown, encoding: unknown): number {
  if (chunk instanceof Uint8Array) return chunk.length;
  if (typeof chunk !== "string") return 0;
  return Buffer.byteLength(
    chunk,
    typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8",
  );
}
