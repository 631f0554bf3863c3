/** JSON of about so many bytes, with arrays and objects in it as events have them. */
export function jsonOf(bytes: number): Buffer<ArrayBuffer> {
  const item = { id: 1234567, name: "a webhook's payload", tags: ["a", "b"], ok: true };
  const items = [];
  let length = 40;
  while (length + 80 < bytes) {
    items.push(item);
    length += JSON.stringify(item).length + 1;
  }
  const text = JSON.stringify({ id: "evt_1", type: "x", items, pad: "" });
  return Buffer.from(
    text.replace('"pad":""', () => `"pad":"${"p".repeat(Math.max(0, bytes - text.length))}"`),
  );
}
