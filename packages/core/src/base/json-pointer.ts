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

/** Every value that a pointer leads to, and undefined for each way that leads nowhere: nothing goes uncounted. */
export function select(value: unknown, pointer: Pointer): unknown[] {
  let node = value;
  let depth = 0;
  for (const step of pointer) {
    depth++;
    if (step === "*" && Array.isArray(node)) return selectEvery(node, pointer.slice(depth));
    const isThere = typeof node === "object" && node !== null && Object.hasOwn(node, step);
    node = isThere ? (node as Record<string, unknown>)[step] : undefined;
  }
  return [node];
}

/** {@link select} in every element. In a function of its own: its closure would cost the usual pointers, which have no `*`. */
function selectEvery(elements: readonly unknown[], pointer: Pointer): unknown[] {
  return elements.flatMap((element) => select(element, pointer));
}
