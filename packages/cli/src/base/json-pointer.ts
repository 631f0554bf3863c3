import { UsageError } from "./usage-error.ts";

/** Splits a JSON pointer (RFC 6901) into its steps. */
export function pointerSteps(pointer: string): readonly string[] {
  if (pointer !== "" && !pointer.startsWith("/")) {
    throw new UsageError(`"${pointer}" is not a JSON pointer: it must begin with "/".`);
  }
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Returns the value at a pointer, or undefined if nothing is there. */
export function valueAt(root: unknown, pointer: string): unknown {
  let node = root;
  for (const step of pointerSteps(pointer)) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return undefined;
    node = (node as Readonly<Record<string, unknown>>)[step];
  }
  return node;
}

/**
 * Returns a copy of a JSON value with one place replaced; missing objects on the way are made.
 *
 * @throws UsageError if the pointer leads through a value that is neither object nor array
 */
export function withValueAt(root: unknown, pointer: string, value: unknown): unknown {
  const copy = structuredClone(root);
  const steps = pointerSteps(pointer);
  const last = steps.at(-1);
  if (last === undefined) return value;
  let node = copy;
  for (const step of steps.slice(0, -1)) {
    const members = membersOf(node, pointer);
    if (!Object.hasOwn(members, step)) define(members, step, {});
    node = members[step];
  }
  const members = membersOf(node, pointer);
  if (last === "-" && Array.isArray(members)) members.push(value);
  else define(members, last, value);
  return copy;
}

function membersOf(node: unknown, pointer: string): Record<string, unknown> {
  if (typeof node !== "object" || node === null) {
    throw new UsageError(`Nothing can be set at ${pointer}: the way leads through a plain value.`);
  }
  return node as Record<string, unknown>;
}

/** Sets an own member; by assignment, `__proto__` would change the prototype. */
function define(members: Record<string, unknown>, step: string, value: unknown): void {
  Object.defineProperty(members, step, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
