import type { Fail } from "./fail.ts";

/** Which of several members an object has. Throws unless it is exactly one: of two, nothing would look at one. */
export function onlyOf<Name extends string>(
  value: object,
  names: readonly [Name, Name, ...Name[]],
  where: string,
  fail: Fail,
): Name {
  const [name, another] = names.filter((one) => Object.hasOwn(value, one));
  const choice = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  if (another !== undefined) {
    throw fail(`${where} has ${name} and ${another}, and only one of them would count: ${choice}.`);
  }
  if (name === undefined || (value as Readonly<Record<string, unknown>>)[name] === undefined) {
    throw fail(`${where} has no ${choice}: one of them it must have.`);
  }
  return name;
}
