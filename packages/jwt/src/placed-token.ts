import type { CustomSign, SignedDelivery } from "@countersign/core";
import { claimsIn } from "./body-proof.ts";
import type { TokenDefinition } from "./definition.ts";

type Signed = Awaited<ReturnType<CustomSign>>;

/** Puts a token where the provider puts it. */
export function placed(
  { token: place, proves }: TokenDefinition,
  token: string,
  { body }: SignedDelivery,
): Signed {
  if (place === "body") return { headers: { "content-type": "application/jwt" }, body: token };
  if ("header" in place) {
    const { header, scheme } = place;
    return {
      headers: { [header.toLowerCase()]: scheme === undefined ? token : `${scheme} ${token}` },
    };
  }
  if ("formField" in place) {
    return {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ [place.formField]: token }).toString(),
    };
  }
  const carriesEvent = proves === "payload" || (typeof proves === "object" && "claim" in proves);
  const around = carriesEvent ? {} : claimsIn(body);
  return { body: JSON.stringify(withToken(around, place.body.split("/").slice(1), token)) };
}

function withToken(value: unknown, steps: readonly string[], token: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return token;
  if (step === "*") return [withToken(undefined, rest, token)];
  const record =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return { ...record, [step]: withToken(record[step], rest, token) };
}
