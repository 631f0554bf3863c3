import type { SignatureDefinition } from "../scheme/definition.ts";
import type { Scheme } from "../scheme/scheme.ts";

/**
 * Writes signatures into their headers, in the provider's layout.
 *
 * @param signatures one a secret, each with its prefix
 * @param parts what stands beside the signature in the header, by name
 */
export function signatureHeaders(
  { definition, headers }: Scheme,
  signatures: readonly string[],
  parts: ReadonlyMap<string, string>,
): Record<string, string> {
  const { list, pairs, positions, scheme: start = "" } = definition.signature;
  const [header = ""] = headers;
  if (list !== undefined) return { [header]: signatures.join(list) };
  if (pairs !== undefined) return { [header]: start + inPairs(pairs, signatures, parts) };
  if (positions !== undefined) {
    return { [header]: start + inPositions(positions, signatures, parts) };
  }
  // One signature a header: a second secret goes into the second header, where there is one.
  return Object.fromEntries(
    headers.slice(0, signatures.length).map((name, index) => [name, signatures[index] ?? ""]),
  );
}

function inPairs(
  { signature: name, separator, groups }: NonNullable<SignatureDefinition["pairs"]>,
  signatures: readonly string[],
  parts: ReadonlyMap<string, string>,
): string {
  const named = [...parts].map(([part, value]) => `${part}=${value}`);
  const signed = signatures.map((signature) => `${name}=${signature}`);
  if (groups === undefined) return [...named, ...signed].join(separator);
  return signed.map((signature) => [...named, signature].join(separator)).join(groups);
}

function inPositions(
  { names, separator, groups }: NonNullable<SignatureDefinition["positions"]>,
  signatures: readonly string[],
  parts: ReadonlyMap<string, string>,
): string {
  const written = (signature = ""): string[] =>
    names.map((name) => (name === "signature" ? signature : (parts.get(name) ?? "")));
  if (groups !== undefined) {
    return signatures.map((signature) => written(signature).join(separator)).join(groups);
  }
  // Further signatures fit only where the last name takes all further values.
  const repeated = names.at(-1) === "signature" ? signatures.slice(1) : [];
  return [...written(signatures[0]), ...repeated].join(separator);
}
