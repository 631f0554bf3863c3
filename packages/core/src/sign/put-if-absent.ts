import type { Pointer } from "../base/json-pointer.ts";

/** Fills the place that a pointer names, unless something stands there; `*` stands for the first element. */
export function putIfAbsent(root: unknown, pointer: Pointer, value: unknown): void {
  let node = root;
  for (const [depth, written] of pointer.entries()) {
    if (typeof node !== "object" || node === null) return;
    const step = written === "*" && Array.isArray(node) ? "0" : written;
    const record = node as Record<string, unknown>;
    if (!Object.hasOwn(record, step)) {
      const next = pointer[depth + 1];
      const made = next === undefined ? value : next === "*" ? [] : {};
      Object.defineProperty(record, step, {
        value: made,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    node = record[step];
  }
}
