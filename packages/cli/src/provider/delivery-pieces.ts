import type { Provider } from "@countersign/core";
import { type Captured, headerValue } from "../delivery/captured.ts";
import type { Piece, ShownHeader } from "../delivery/pieces.ts";
import { signatureHeaders } from "./signature-headers.ts";

type Field = NonNullable<Provider<object>["id"]>;

/** Takes the headers of a delivery apart, as far as the provider says what they are. */
export function headerPieces(
  { headers }: Pick<Captured, "headers">,
  provider: Provider<object> | undefined,
): readonly ShownHeader[] {
  return headers.map(([name, value]) => {
    if (provider === undefined) return { name, pieces: [{ text: value }] };
    const isSignature = signatureHeaders(provider).some(
      (each) => each.toLowerCase() === name.toLowerCase(),
    );
    const role = isSignature ? "signature" : roleOf(name, provider);
    return {
      name,
      role,
      pieces: isSignature ? signaturePieces(value, provider) : [{ text: value, role }],
    };
  });
}

function roleOf(name: string, { id, type, timestamp }: Provider<object>): string | undefined {
  const isAt = (field: Field | undefined): boolean =>
    field !== undefined && "header" in field && field.header.toLowerCase() === name.toLowerCase();
  if (isAt(timestamp)) return "time";
  if (isAt(id)) return "id";
  return isAt(type) ? "type" : undefined;
}

/** Splits a signature header into its parts: prefix, named parts, signatures. */
function signaturePieces(
  value: string,
  { signature, timestamp }: Provider<object>,
): readonly Piece[] {
  const { pairs, positions, list, prefix = "" } = signature;
  const separator = pairs?.separator ?? positions?.separator ?? list;
  if (separator === undefined) return prefixedPieces(value, prefix);
  const timePart = timestamp !== undefined && "part" in timestamp ? timestamp.part : undefined;
  const pieces: Piece[] = [];
  for (const [index, item] of value.split(separator).entries()) {
    if (index > 0) pieces.push({ text: separator });
    if (list !== undefined) {
      pieces.push(...prefixedPieces(item, prefix));
      continue;
    }
    const equals = pairs === undefined ? -1 : item.indexOf("=");
    const name = pairs === undefined ? positions?.names[index] : item.slice(0, equals);
    const isSignature = name === (pairs?.signature ?? "signature");
    const role = isSignature ? "signature" : name === timePart ? "time" : "part";
    pieces.push({ text: item.slice(0, equals + 1) }, { text: item.slice(equals + 1), role });
  }
  return pieces;
}

function prefixedPieces(value: string, prefix: string): readonly Piece[] {
  const has = prefix !== "" && value.startsWith(prefix);
  return [
    ...(has ? [{ text: prefix, role: "prefix" }] : []),
    { text: has ? value.slice(prefix.length) : value, role: "signature" },
  ];
}

/** Returns the value of a named or positional part of the signature header. */
export function partValue(
  { headers }: Pick<Captured, "headers">,
  provider: Provider<object>,
  part: string,
): string | undefined {
  const [name = ""] = signatureHeaders(provider);
  const value = headerValue(headers, name) ?? "";
  const { pairs, positions } = provider.signature;
  if (positions !== undefined) {
    return value.split(positions.separator)[positions.names.indexOf(part)]?.trim();
  }
  return value
    .split(pairs?.separator ?? ",")
    .map((item) => item.trim())
    .find((item) => item.startsWith(`${part}=`))
    ?.slice(part.length + 1);
}
