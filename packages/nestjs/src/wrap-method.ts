/**
 * Puts a function around a method of an object.
 *
 * @param around gets what calls the method as it was, and the last argument; what it returns is returned
 */
export function wrapMethod(
  target: object,
  name: string,
  around: (call: () => unknown, lastArgument: unknown) => unknown,
): void {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== "function") return;
  Reflect.set(target, name, (...args: unknown[]): unknown =>
    around(() => Reflect.apply(method, target, args), args.at(-1)),
  );
}
