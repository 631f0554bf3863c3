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
  for (const step of pointer) {
    if (step === "*" && Array.isArray(node)) return selectEvery(value, pointer);
    node = memberOf(node, step);
  }
  return [node];
}

/** {@link select}, where it meets an array of which every element counts. */
function selectEvery(value: unknown, pointer: Pointer): unknown[] {
  let found = [value];
  for (const step of pointer) {
    found = found.flatMap((node) =>
      step === "*" && Array.isArray(node) ? (node as unknown[]) : [memberOf(node, step)],
    );
  }
  return found;
}

function memberOf(node: unknown, step: string): unknown {
  return typeof node === "object" && node !== null && Object.hasOwn(node, step)
    ? (node as Record<string, unknown>)[step]
    : undefined;
}
