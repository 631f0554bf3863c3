/** A JSON pointer (RFC 6901), split and unescaped. The step `*` stands for every element of an array. */
export type Pointer = readonly string[];

/** Undefined where the text is no pointer. */
export function parsePointer(text: string): Pointer | undefined {
  if (!text.startsWith("/") || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Every value that a pointer leads to; none where it leads nowhere. */
export function select(value: unknown, pointer: Pointer): unknown[] {
  let found = [value];
  for (const step of pointer) {
    const next: unknown[] = [];
    for (const node of found) {
      if (typeof node !== "object" || node === null) continue;
      if (Array.isArray(node) && step === "*") next.push(...(node as unknown[]));
      else if (Object.hasOwn(node, step)) next.push((node as Record<string, unknown>)[step]);
    }
    found = next;
  }
  return found;
}
