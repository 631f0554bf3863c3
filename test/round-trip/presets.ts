import { randomBytes, randomUUID } from "node:crypto";
import type { Provider } from "@countersign/core";
import * as catalogue from "@countersign/core/providers";

/** Every preset that there is. */
export const presets: readonly Provider[] = Object.values(catalogue as Record<string, unknown>)
  .filter(
    (value): value is Provider =>
      typeof value === "object" && value !== null && "signature" in value,
  )
  .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** A secret as the provider writes them. */
export function secretFor({ secret }: Provider): string {
  const { encoding = "utf8", prefix = "" } = secret ?? {};
  return prefix + randomBytes(32).toString(encoding === "utf8" ? "base64url" : encoding);
}

/** A body that is like no other, in the provider's format; `sign` fills in what its definition has in the body. */
export function bodyFor({ body }: Provider): object | string {
  const format = body?.format ?? "json";
  const marker = randomUUID();
  return format === "text" || format === "bytes"
    ? `marker ${marker}`
    : { marker, note: "ä & b + c" };
}

/** What makes a body like no other. */
export function markerOf(body: object | string): string {
  return typeof body === "string" ? body : "marker" in body ? String(body.marker) : "";
}

/** How long a delivery may be on its way, in seconds; undefined where the provider signs no time of the attempt. */
export function toleranceOf({ timestamp }: Provider): number | undefined {
  return timestamp?.of === "attempt" && timestamp.unsigned !== true
    ? (timestamp.toleranceSeconds ?? 300)
    : undefined;
}

/** Whether one delivery can carry the signatures of two secrets. */
export function carriesTwo({ signature }: Provider): boolean {
  const { list, pairs, positions, header } = signature;
  return (
    list !== undefined ||
    pairs !== undefined ||
    positions?.names.at(-1) === "signature" ||
    [header].flat().length > 1
  );
}
